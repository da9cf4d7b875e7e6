// A viewer is offered nothing that the server refuses: every page is opened and everything on it pressed, also what
// then opens, and no answer is 403.
import type { Page } from "@playwright/test";
import { expect, makeAccount, signIn, test } from "./test.ts";

const PAGES = ["/stores", "/stores?create=true", "/activity", "/platform", "/people", "/teams", "/tokens", "/account"];

/** It would end the session of the test; whoever is signed in may. */
const ENDS_THE_SESSION = /^Sign out/;

let made = "";

test.beforeAll(async ({ souk }) => {
  await makeAccount(souk, "vera", "viewer");
  (await souk.ask("POST", "/api/teams", { body: { name: "agency" } })).expecting(201);
  made = (await souk.ask("POST", "/api/stores", { body: { name: "Blue Mug Shop" } })).expecting(202).json<{
    id: string;
  }>().id;
});

for (const path of [...PAGES, "a store"]) {
  test(`a viewer is refused nothing on ${path}`, async ({ page, souk }) => {
    const refused: string[] = [];
    page.on("response", (answer) => {
      if (answer.status() === 403) refused.push(`${answer.request().method()} ${answer.url()}`);
    });
    await signIn(page, souk.url, { name: "vera" });
    const at = souk.url + (path === "a store" ? `/stores/${made}` : path);
    await open(page, at);
    const names = await pressable(page);
    for (const name of names) {
      await open(page, at);
      await page.getByRole("main").getByRole("button", { name, exact: true }).first().click();
      for (const inside of await pressable(page, "dialog")) {
        const button = page.getByRole("dialog").getByRole("button", { name: inside, exact: true }).first();
        if (await button.isVisible()) await button.click();
      }
      await page.waitForLoadState("load");
    }
    expect(refused, `pressed: ${names.join(", ")}`).toEqual([]);
  });
}

test("an administrator is offered on these pages what a viewer is not", async ({ page, browser, souk }) => {
  const viewer = await (await browser.newContext()).newPage();
  await signIn(viewer, souk.url, { name: "vera" });
  await signIn(page, souk.url, { token: souk.token });
  for (const [path, name] of [
    ["/stores", "Create store"],
    ["/people", "Add a person"],
    ["/teams", "Make a team"],
    [`/stores/${made}`, "Delete store"],
    [`/stores/${made}`, "Show credentials"],
  ] as const) {
    await open(page, souk.url + path);
    await expect(page.getByRole("button", { name }).first(), `${name}, for an administrator`).toBeVisible();
    await open(viewer, souk.url + path);
    await expect(viewer.getByRole("button", { name }), `${name}, for a viewer`).toHaveCount(0);
  }
  await viewer.context().close();
});

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
  await expect(page.locator(".mantine-Skeleton-root")).toHaveCount(0);
}

/** Names of what can be pressed there. */
async function pressable(page: Page, role: "main" | "dialog" = "main"): Promise<string[]> {
  const buttons = await page.getByRole(role).getByRole("button", { disabled: false }).all();
  const names = await Promise.all(
    buttons.map(async (button) => (await button.getAttribute("aria-label")) ?? (await button.innerText()).trim()),
  );
  return [...new Set(names)].filter((name) => name !== "" && !ENDS_THE_SESSION.test(name));
}
