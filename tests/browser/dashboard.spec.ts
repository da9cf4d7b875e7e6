// The whole way in a real browser: sign in to the dashboard, create a store and watch it come up,
// buy from it as a customer, find the order as its owner, delete it.
import type { Browser, Page } from "@playwright/test";
import type { LoginLink, Store } from "../world/api.ts";
import { expectNothingLeft, type Footprint, footprint } from "../world/leftovers.ts";
import { forge, seedOf, signInPath } from "../world/login-links.ts";
import { withoutWooCommerce } from "../world/platform.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "serial" });

const name = "Käthe's Teas & Mugs";
let dashboard: Page;
let id = "";
let order = "";

test.beforeAll(async ({ browser }) => {
  dashboard = await browser.newPage({ locale: "en-GB", viewport: { width: 1280, height: 900 } });
});

test.afterAll(async ({ souk }) => {
  await dashboard.close();
  if (id !== "") await souk.ask("DELETE", `/api/stores/${id}`);
});

test("the dashboard asks for the token, refuses a wrong one and opens with the right one", async ({ platform }) => {
  await dashboard.goto(platform.url);
  await dashboard.getByRole("button", { name: "Use the admin token" }).click();
  const token = dashboard.getByLabel("Admin token", { exact: true });
  const submit = dashboard.getByRole("button", { name: "Sign in" });
  await token.fill("not-the-token");
  await submit.click();
  await expect(dashboard.getByText("This token is not right.")).toBeVisible();
  await token.fill(platform.token);
  await submit.click();
  await expect(dashboard.getByRole("heading", { name: "Stores", level: 1 })).toBeVisible();

  const cookies = await dashboard.context().cookies(platform.url);
  expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([
    { httpOnly: true, sameSite: "Strict" },
  ]);
  expect(JSON.stringify(cookies), "the cookie is not the token").not.toContain(platform.token);
});

test("a store is created in the dashboard and becomes ready before one's eyes", async ({ souk }) => {
  await dashboard.getByRole("button", { name: "Create store" }).first().click();
  const dialog = dashboard.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await expect(dialog.getByText(/kathes-teas-mugs\..* is free/)).toBeVisible();
  // Lost when the page is loaded anew: everything from here on arrives by itself.
  await dashboard.evaluate(() => {
    document.documentElement.dataset["untouched"] = "yes";
  });
  await dialog.getByRole("button", { name: "Create store" }).click();

  await expect(dashboard.getByRole("heading", { name, level: 1 })).toBeVisible();
  id = new URL(dashboard.url()).pathname.split("/").at(-1) ?? "";
  const steps = dashboard.getByRole("list", { name: "Steps" }).getByRole("listitem");
  await expect(steps).toHaveCount(7);
  await expect(steps.filter({ hasText: "running" }), "a step at work").toHaveCount(1, { timeout: 60_000 });
  await expect(dashboard.getByRole("link", { name: "Open shop" })).toBeVisible({ timeout: 300_000 });
  await expect(steps.filter({ hasText: ", done" })).toHaveCount(7);
  await expect(dashboard.locator("[data-phase=Ready]").first()).toBeVisible();
  await expect(dashboard.getByRole("list", { name: "Timeline" }).getByRole("listitem")).not.toHaveCount(0);
  expect(await dashboard.evaluate(() => document.documentElement.dataset["untouched"]), "no reload").toBe("yes");
  expect(await souk.store(id)).toMatchObject({ name, phase: "Ready" });
});

const received = /order-received\/\d+/;

/** WooCommerce ignores the click while it still works out shipping for what was typed, and may take its time to heed it. */
async function placeOrder(shop: Page): Promise<void> {
  await expect(async () => {
    // Gone when an earlier click was heeded after all.
    await shop
      .getByRole("button", { name: "Place Order" })
      .click({ timeout: 5_000 })
      .catch(() => undefined);
    await shop.waitForURL(received, { timeout: 15_000 });
  }).toPass({ timeout: 90_000 });
}

test("a customer buys with cash on delivery in the shop", async ({ souk, platform, browser }) => {
  test.skip(platform.wooCommerce === null, withoutWooCommerce);
  const { url } = await souk.store(id);
  const shop = await browser.newPage({ locale: "en-GB" });
  await shop.goto(url);
  await shop.locator("a[href*='/product/']").first().click();
  const product = await shop.getByRole("heading", { level: 1 }).innerText();
  await shop.getByRole("button", { name: "Add to cart" }).first().click();
  await expect(shop.getByText(/been added to your (cart|basket)/).first()).toBeVisible();

  await shop.goto(`${url}/checkout/`);
  await shop.getByLabel("Email address").fill("customer@example.com");
  await shop.getByLabel("First name").fill("Ada");
  await shop.getByLabel("Last name").fill("Byron");
  await shop.getByLabel("Address", { exact: true }).fill("Hauptstraße 1");
  await shop.getByLabel("Postal code").fill("10115");
  await shop.getByLabel("City").fill("Berlin");
  await expect(shop.getByRole("group", { name: "Payment options" })).toContainText("Cash on delivery");
  await placeOrder(shop);
  order = /order-received\/(\d+)/.exec(shop.url())?.[1] ?? "";
  await expect(shop.getByText(product).first()).toBeVisible();
  await shop.close();
});

test("the owner signs in to wp-admin with the credentials from the dashboard and sees the order", async ({
  platform,
  browser,
}) => {
  test.skip(platform.wooCommerce === null, withoutWooCommerce);
  const admin = await signInAsOwner(browser);
  await admin.goto(new URL("admin.php?page=wc-orders", admin.url()).href);
  const row = admin.locator("tr", { hasText: `#${order}` });
  await expect(row).toContainText("Ada Byron");
  await expect(row).toContainText("Processing");
  await admin.close();
});

test("the owner of a plain WordPress signs in to wp-admin with the credentials from the dashboard", async ({
  platform,
  browser,
}) => {
  test.skip(platform.wooCommerce !== null, "the shop's image has WooCommerce: the test with the order covers it");
  await expect(dashboard.getByText("No order can be placed here")).toBeVisible();
  const admin = await signInAsOwner(browser);
  await expect(admin.getByRole("heading", { name: "Dashboard", level: 1 })).toBeVisible();
  await admin.close();
});

let link = "";

test("one click signs in to wp-admin as the shop's administrator", async () => {
  const told = dashboard.waitForResponse((response) => response.url().endsWith("/login-links"));
  const opened = dashboard.context().waitForEvent("page");
  await dashboard.getByRole("button", { name: "Open wp-admin" }).click();
  const admin = await opened;
  link = ((await (await told).json()) as LoginLink).url;
  await admin.waitForURL(/\/wp-admin\//);
  await expect(admin.locator("#wp-admin-bar-my-account")).toContainText("admin");
  expect(await admin.evaluate(() => window.opener as unknown), "the shop cannot reach the dashboard").toBeNull();
  expect(await admin.evaluate(() => document.referrer)).not.toContain("souk.");
  await admin.close();
  const timeline = dashboard.getByRole("list", { name: "Timeline" });
  await expect(timeline).toContainText("admin was given a link that signs in to wp-admin.");
});

test("a link that was used, forged, late or of another store signs nobody in", async ({ souk, browser }) => {
  const { url } = await souk.store(id);
  const seed = await seedOf(id);
  const fresh = new URL((await souk.loginLink(id)).url).hash.slice(1);
  const tampered = `${fresh.slice(0, -2)}${fresh.endsWith("AA") ? "BB" : "AA"}`;
  const open = async (token: string): Promise<{ page: Page; status: number | undefined }> => {
    const page = await browser.newPage({ locale: "en-GB" });
    const posted = page.waitForResponse((response) => response.request().method() === "POST");
    // No further: the page posts the token while it is being loaded.
    await page.goto(`${url}${signInPath}#${token}`, { waitUntil: "commit" });
    return { page, status: (await posted).status() };
  };
  const refused: [string, string][] = [
    ["a used link", new URL(link).hash.slice(1)],
    ["a tampered link", tampered],
    ["an expired link", forge({ seed, store: id, endsIn: -1 })],
    ["another store's link", forge({ seed, store: "saaaaaaaaaa" })],
    ["a link of another key", forge({ seed: "0".repeat(64), store: id })],
    ["no link", ""],
  ];
  for (const [what, token] of refused) {
    const { page, status } = await open(token);
    expect(status, what).toBe(403);
    await expect(page.getByRole("heading", { name: "This link does not work" }), what).toBeVisible();
    await expect(page.locator("body"), what).toContainText("Ask for a new link in Souk.");
    expect(page.url(), "the token is not in the browser's history").toBe(`${url}${signInPath}`);
    expect(await page.context().cookies(), what).toEqual([]);
    await page.context().close();
  }
  // What was tampered with works as it was: a refused token uses nothing up, and forging is done as Souk signs.
  for (const token of [fresh, forge({ seed, store: id })]) {
    const { page, status } = await open(token);
    expect(status).toBe(303);
    await page.waitForURL(/\/wp-admin\//);
    await page.context().close();
  }
});

test("the store is deleted in the dashboard by typing its name, and nothing is left", async ({ souk }) => {
  const before: Footprint = await footprint(id);
  await dashboard.getByRole("button", { name: "Delete store" }).click();
  const dialog = dashboard.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: "Delete forever" });
  await expect(confirm).toBeDisabled();
  await dialog.getByLabel(`Type ${name} to confirm`).fill("Another name");
  await expect(confirm).toBeDisabled();
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await confirm.click();
  await expect(dashboard.locator("[data-phase=Deleting]").first()).toBeVisible();
  await expect(dashboard.getByRole("heading", { name: "This store is gone" })).toBeVisible({ timeout: 180_000 });
  await souk.waitGone(id);
  await expectNothingLeft(id, before);
  const gone = (await souk.stores("?phase=Deleted&limit=100")).items.map((store: Store) => store.id);
  expect(gone).toContain(id);
});

/** Signs in to wp-admin with what the dashboard shows behind a click. */
async function signInAsOwner(browser: Browser): Promise<Page> {
  await dashboard.getByRole("button", { name: "Show credentials" }).click();
  const panel = dashboard.getByRole("region", { name: "Sign-in" });
  await expect(panel.getByRole("code")).toHaveCount(3);
  const [username = "", password = ""] = await panel.getByRole("code").allInnerTexts();
  expect(username).toBe("admin");
  const address = await panel.getByRole("link").getAttribute("href");
  const admin = await browser.newPage({ locale: "en-GB" });
  await admin.goto(address ?? "");
  await admin.locator("#user_login").fill(username);
  await admin.locator("#user_pass").fill(password);
  await admin.locator("#wp-submit").click();
  await dashboard.getByRole("button", { name: "Hide" }).click();
  await expect(panel).not.toContainText(password);
  await admin.waitForURL(/\/wp-admin\//);
  return admin;
}
