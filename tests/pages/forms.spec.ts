// Bad input on each form is answered in words, and at the field: read out with it, and marked as wrong. What belongs to no
// field is said beside the buttons. What only the server knows is asked of a real one.
import type { Locator, Page } from "@playwright/test";
import type { Souk } from "../world/api.ts";
import { FORMS } from "./bad-input.ts";
import { expect, makeAccount, PASSWORD, signIn, test } from "./test.ts";

let store = "";

test.beforeAll(async ({ souk }) => {
  await makeAccount(souk, "anna", "operator");
  (await souk.ask("POST", "/api/teams", { body: { name: "agency" } })).expecting(201);
  const made = (await souk.ask("POST", "/api/stores", { body: { name: "Taken", slug: "taken" } })).expecting(202);
  store = made.json<{ id: string }>().id;
});

for (const { title, path, opens, switches, types, presses, field, says, as } of FORMS) {
  test(title, async ({ page, souk }) => {
    if (as !== "nobody") await signIn(page, souk.url, as === undefined ? { token: souk.token } : { name: as });
    await page.goto(souk.url + path);
    if (opens !== undefined) await page.getByRole("button", { name: opens, exact: true }).click();
    const form = await formOf(page, presses);
    if (switches !== undefined) await form.getByText(switches, { exact: true }).click();
    for (const [label, text] of Object.entries(types)) await fieldOf(form, label).fill(text);
    await form.getByRole("button", { name: presses, exact: true }).click();
    await refused(fieldOf(form, field), says);
    // What is wrong is forgotten as soon as it is changed.
    await fieldOf(form, field).pressSequentially("z");
    await expect(fieldOf(form, field)).not.toHaveAccessibleDescription(says);
  });
}

test("renaming a store, to nothing and to a taken address", async ({ page, souk }) => {
  (await souk.ask("POST", "/api/stores", { body: { name: "Other", slug: "other" } })).expecting(202);
  await openForm(page, souk, store);
  const form = page.getByRole("dialog");
  await form.getByLabel("Name", { exact: true }).fill("");
  await form.getByRole("button", { name: "Save" }).click();
  await refused(form.getByLabel("Name", { exact: true }), /Give the store a name/);
  await form.getByLabel("Name", { exact: true }).fill("Taken");
  await form.getByLabel("Address", { exact: true }).fill("other");
  await form.getByRole("button", { name: "Save" }).click();
  await refused(form.getByLabel("Address", { exact: true }), /is taken/);
});

test("renaming what somebody else renamed meanwhile", async ({ page, souk }) => {
  const shop = await newStore(souk, "Contested");
  await openForm(page, souk, shop);
  const form = page.getByRole("dialog");
  await form.getByLabel("Address", { exact: true }).fill("contested-2");
  await expect(form.getByText(/is free/)).toBeVisible();
  (await souk.ask("PATCH", `/api/stores/${shop}`, { body: { name: "Theirs" } })).expecting(202);
  await form.getByRole("button", { name: "Save changes" }).click();
  await expect(form.getByText(/Somebody else changed this store meanwhile/)).toBeVisible();
  await expect(form.getByLabel("Name", { exact: true })).toHaveValue("Theirs");
});

test("deleting a store under another name", async ({ page, souk }) => {
  await signIn(page, souk.url, { token: souk.token });
  await page.goto(`${souk.url}/stores/${store}`);
  await page.getByRole("button", { name: "Delete store" }).click();
  const form = page.getByRole("dialog");
  const field = form.getByLabel("Type Taken to confirm");
  await field.fill("Other");
  await refused(field, /This is not the name of the store/);
  await expect(form.getByRole("button", { name: "Delete forever" })).toBeDisabled();
});

test("deleting several stores with other words", async ({ page, souk }) => {
  await signIn(page, souk.url, { token: souk.token });
  await page.goto(`${souk.url}/stores`);
  await page.getByRole("checkbox", { name: "Select Taken" }).check();
  await page.getByRole("button", { name: "Delete 1" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox").fill("delete everything");
  await refused(form.getByRole("textbox"), /These are not the words/);
  await expect(form.getByRole("button", { name: "Delete forever" })).toBeDisabled();
});

test("activity that ends before it begins", async ({ page, souk }) => {
  await signIn(page, souk.url, { token: souk.token });
  await page.goto(`${souk.url}/activity`);
  await page.getByLabel("From", { exact: true }).fill("2026-03-02T10:00");
  await page.getByLabel("Before", { exact: true }).fill("2026-03-01T10:00");
  await refused(page.getByLabel("Before", { exact: true }), /This is not after/);
  await expect(page.getByText("No entry fits these filters.")).toBeVisible();
});

test("a link that was used", async ({ page, souk }) => {
  await page.goto(`${souk.url}/invite#souk_inv_used-before`);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText(/This link was used before, or has ended/)).toBeVisible();
});

test("what is refused without a field: an owner of stores is deleted, a team too", async ({ page, souk }) => {
  const shop = await newStore(souk, "Owned");
  (await souk.ask("PUT", `/api/stores/${shop}/owner`, { body: { team: "agency" } })).expecting(200);
  await signIn(page, souk.url, { token: souk.token });
  await page.goto(`${souk.url}/teams`);
  await page.getByRole("button", { name: "Delete the team agency" }).click();
  await page.getByRole("button", { name: "Delete team" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("One store still belongs to it");

  (await souk.ask("PUT", `/api/stores/${shop}/owner`, { body: { user: "anna" } })).expecting(200);
  await page.goto(`${souk.url}/people`);
  await page.getByRole("button", { name: "Actions for anna" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete account" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("One store still belongs to it");
});

test("a server that is away is said on a form, and nothing that was typed is lost", async ({ page, souk }) => {
  await signIn(page, souk.url, { token: souk.token });
  await page.goto(`${souk.url}/stores?create=true`);
  const form = await formOf(page, "Create store");
  await form.getByLabel("Name", { exact: true }).fill("Far away");
  await page.route("**/api/stores", (route) => route.abort());
  await form.getByRole("button", { name: "Create store" }).click();
  await expect(form.getByRole("alert")).toContainText("The answer got lost on the way");
  await expect(form.getByLabel("Name", { exact: true })).toHaveValue("Far away");
});

async function newStore(souk: Souk, name: string): Promise<string> {
  const made = (await souk.ask("POST", "/api/stores", { body: { name } })).expecting(202);
  return made.json<{ id: string }>().id;
}

/** Opens the form by which a store is renamed. */
async function openForm(page: Page, souk: Souk, id: string): Promise<void> {
  await signIn(page, souk.url, { token: souk.token });
  await page.goto(`${souk.url}/stores/${id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Rename or change address" }).click();
}

/** The field of this label; a group of fields may have the same. */
const fieldOf = (form: Locator, label: string): Locator =>
  form.getByLabel(label, { exact: true }).and(form.locator("input"));

/** The form whose button that is. */
async function formOf(page: Page, button: string): Promise<Locator> {
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: button, exact: true }) });
  await expect(form.first()).toBeVisible();
  return form.first();
}

async function refused(field: Locator, says: RegExp): Promise<void> {
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(says);
}
