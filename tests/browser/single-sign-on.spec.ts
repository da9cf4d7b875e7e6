// Sign-in with a company's account, at a real OpenID Connect provider, as people meet it.
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { type Login, Person } from "../world/login.ts";
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
  await page.goto(new URL(path, url).href);
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

/** Somebody whose command line has never been signed in. */
function newcomer(name: string): Person {
  const home = join(results, "single-sign-on", name);
  rmSync(home, { recursive: true, force: true });
  return new Person(home);
}

/** The page that asks for `login`, after Anna has signed in on the way to it. */
async function asked(browser: Browser, login: Login): Promise<Page> {
  const page = await atTheProvider(browser, login.address);
  await signIn(page, "anna");
  await expect(page.getByText("Let the souk command line on")).toContainText("act as anna?");
  expect(page.url(), "all that was asked for came through the sign-in").toBe(login.address);
  return page;
}

test("the command line of an employee signs in by way of the browser, and goes on without it", async ({ browser }) => {
  const person = newcomer("anna");
  const login = await person.login(url);
  const page = await asked(browser, login);
  await page.screenshot({ path: join(results, "single-sign-on", "allow.png"), fullPage: true });
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(page.getByRole("heading", { name: "You are signed in" })).toBeVisible();
  await expect(page.getByText("acts as anna now")).toBeVisible();
  expect(new URL(page.url()).hostname, "the browser was led to this machine").toBe("127.0.0.1");
  await page.screenshot({ path: join(results, "single-sign-on", "allowed.png"), fullPage: true });
  const ran = await login.ended();
  expect(ran.code, ran.error).toBe(0);
  expect(ran.error).toContain("as anna");
  expect(ran.out + ran.error, "no secret is shown").not.toMatch(/souk_(pat|code)_/);
  expect(statSync(person.file).mode & 0o777).toBe(0o600);

  const list = await person.souk("store", "list", "--output", "json");
  expect(list.code, list.error).toBe(0);
  expect(JSON.parse(list.out)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${url}/tokens`);
  const token = page.getByRole("row", { name: /souk CLI on / });
  await expect(token).toContainText("Write");
  await token.getByRole("button", { name: /^Revoke/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(token).toContainText("revoked");
  expect((await person.souk("store", "list")).code, "the token is worth nothing from then on").toBe(4);
  await page.close();
});

test("who refuses in the browser ends the command, and nothing is kept", async ({ browser }) => {
  const person = newcomer("refuses");
  const login = await person.login(url);
  const page = await asked(browser, login);
  await page.getByRole("button", { name: "Refuse" }).click();
  await expect(page.getByRole("heading", { name: "Not signed in" })).toBeVisible();
  const ran = await login.ended();
  expect(ran.code, ran.error).toBe(4);
  expect(ran.error).toContain("refused in the browser");
  expect(existsSync(person.file)).toBe(false);
  await page.close();
});

test("a browser on another machine shows a code, which is typed into the command line", async ({ browser }) => {
  const person = newcomer("by-hand");
  const login = await person.login(url, "--no-browser");
  expect(new URL(login.address).searchParams.has("port")).toBe(false);
  const page = await asked(browser, login);
  await page.getByRole("button", { name: "Allow" }).click();
  const code = await page.getByRole("group", { name: "Code" }).locator("code").textContent();
  await page.screenshot({ path: join(results, "single-sign-on", "code.png"), fullPage: true });
  login.type(code ?? "");
  const ran = await login.ended();
  expect(ran.code, ran.error).toBe(0);
  expect((await person.souk("store", "list")).code).toBe(0);
  // Whoever looked over the shoulder comes too late, and with another secret.
  const late = await person.login(url, "--no-browser");
  late.type(code ?? "");
  expect((await late.ended()).code).toBe(4);
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
