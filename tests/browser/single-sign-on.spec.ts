// Sign-in with a company's account, at a real OpenID Connect provider, as people meet it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { CLIENT, CompanySignIn } from "../world/provider.ts";
import { freePort, Server } from "../world/server.ts";
import { results } from "../world/settings.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "serial" });

let provider: CompanySignIn;
let server: Server;
let url: string;

test.beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  provider = await CompanySignIn.start(`${url}/api/sign-in/oidc/callback`, {
    anna: ["everybody", "shop-admins"],
    otto: ["everybody"],
  });
  const folder = join(results, "single-sign-on");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "client-secret"), `${CLIENT.secret}\n`, { mode: 0o600 });
  const settings = {
    SOUK_PUBLIC_URL: url,
    SOUK_OIDC_ISSUER: provider.issuer,
    SOUK_OIDC_CLIENT_ID: CLIENT.id,
    SOUK_OIDC_CLIENT_SECRET_FILE: join(folder, "client-secret"),
    SOUK_OIDC_NAME: "Example Company",
    SOUK_OIDC_ROLES: "shop-admins=admin,staff=viewer",
  };
  server = await Server.make("single-sign-on", settings, {}, port);
});

test.afterAll(async () => {
  await server.remove();
  await provider.stop();
});

/** A browser that nobody has used yet, at the provider's form. */
async function atTheProvider(browser: Browser, path = "/"): Promise<Page> {
  const page = await browser.newPage({ locale: "en-GB", viewport: { width: 390, height: 844 } });
  await page.goto(`${url}${path}`);
  await page.getByRole("link", { name: "Sign in with Example Company" }).click();
  await expect(page.getByPlaceholder("Enter any login")).toBeVisible();
  expect(page.url()).toContain(provider.issuer);
  return page;
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("an employee signs in, goes on where they wanted to, and has the role of their group", async ({ browser }) => {
  const page = await atTheProvider(browser, "/account");
  await signIn(page, "anna");
  await expect(page.getByRole("heading", { name: "Your account", level: 1 })).toBeVisible();
  await expect(page.getByText("You sign in with single sign-on")).toBeVisible();
  await expect(page.getByLabel("New password"), "there is no password to change").toHaveCount(0);
  await page.screenshot({ path: join(results, "single-sign-on", "account.png"), fullPage: true });
  const cookies = await page.context().cookies(url);
  expect(
    cookies.filter((cookie) => cookie.name.startsWith("souk_")).map(({ name, sameSite }) => [name, sameSite]),
  ).toEqual([["souk_session", "Strict"]]);
  const users = (await server.souk.ask("GET", "/api/users")).expecting(200).json<{ items: unknown[] }>();
  expect(users.items).toEqual([expect.objectContaining({ name: "anna", role: "admin", singleSignOn: true })]);
  await page.close();
});

test("who is in no group with a role is told so, in words", async ({ browser }) => {
  const page = await atTheProvider(browser);
  await signIn(page, "otto");
  await expect(page.getByRole("alert")).toContainText("none of its groups may use Souk");
  await page.screenshot({ path: join(results, "single-sign-on", "refused.png"), fullPage: true });
  await page.close();
});

test("who cancels is back where they can sign in another way", async ({ browser }) => {
  const page = await atTheProvider(browser);
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page.getByRole("alert")).toContainText("You cancelled");
  await expect(page.getByLabel("Name", { exact: true })).toBeVisible();
  await page.close();
});

test("the address that led back is worth nothing a second time", async ({ browser }) => {
  const page = await atTheProvider(browser);
  const back: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/callback?")) back.push(request.url());
  });
  await signIn(page, "anna");
  await expect(page.getByRole("heading", { name: "Stores", level: 1 })).toBeVisible();
  expect(back).toHaveLength(1);
  await page.context().clearCookies();
  await page.goto(back[0] as string);
  await expect(page.getByRole("alert")).toContainText("used before");
  await page.close();
});

test("while the provider is away, the page says so and the password still works", async ({ browser }) => {
  await provider.stop();
  await server.stop();
  await server.start();
  const page = await browser.newPage({ locale: "en-GB" });
  await page.goto(url);
  await page.getByRole("link", { name: "Sign in with Example Company" }).click();
  await expect(page.getByRole("alert")).toContainText("does not answer");
  await page.getByRole("button", { name: "Use the admin token" }).click();
  await page.getByLabel("Admin token", { exact: true }).fill(server.souk.token);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Stores", level: 1 })).toBeVisible();
  await page.close();
});
