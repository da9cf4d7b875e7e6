// What there is to look at: each page of the dashboard in each of its states, each dialog, menu and banner. The mock
// has a store in every phase; what it does not do is put in its place here.
import type { Page } from "@playwright/test";
import { expect } from "./test.ts";

export interface View {
  name: string;
  path: string;
  /** A text of the page that is there once it is complete. */
  shows: string | RegExp;
  /** What is arranged before the page is opened, such as an answer of the server. */
  before?: (page: Page) => Promise<unknown>;
  /** What is done on the page before it is looked at. */
  after?: (page: Page) => Promise<unknown>;
  /** Nobody is signed in. */
  out?: true;
  /** On a platform without stores. */
  empty?: true;
}

type Step = (page: Page) => Promise<unknown>;

const steps =
  (...all: Step[]): Step =>
  async (page) => {
    for (const step of all) await step(page);
  };

/** Presses a button of the page or, once one is open, of the dialog. */
const press =
  (name: string | RegExp): Step =>
  async (page) => {
    const dialog = page.getByRole("dialog");
    const inside = (await dialog.count()) > 0 ? dialog : page;
    await inside.getByRole("button", { name, exact: true }).locator("visible=true").first().click();
  };

const choose =
  (name: string): Step =>
  (page) =>
    page.getByRole("menuitem", { name }).click();

const dialog: Step = (page) => expect(page.getByRole("dialog")).toBeVisible();

const type =
  (label: string | RegExp, text: string): Step =>
  (page) =>
    page.getByRole("dialog").getByLabel(label, { exact: true }).fill(text);

const sees =
  (text: string | RegExp): Step =>
  (page) =>
    expect(page.getByText(text).locator("visible=true").first()).toBeVisible();

/** Goes from the list to the page of a store, as its id is made up. */
const store =
  (name: string): Step =>
  async (page) => {
    await page.getByRole("main").getByRole("link", { name, exact: true }).first().click();
    await expect(page.getByRole("heading", { name: "Timeline" })).toBeVisible();
  };

/** Another answer than the mock's. */
const answers =
  (path: string, body: unknown, status = 200): Step =>
  (page) =>
    page.route(`**${path}`, (route) =>
      route.fulfill({
        status,
        contentType: status < 400 ? "application/json" : "application/problem+json",
        body: JSON.stringify(body),
      }),
    );

const list = (items: unknown[]) => ({ items, nextCursor: null, total: items.length });
const EVERYBODY = [
  "own.read",
  "own.account",
  "own.tokens",
  "platform.offer",
  "audit.read",
  "stores.list",
  "teams.list",
];
const vera = {
  ...{ actor: "vera", userId: "u4", singleSignOn: false, role: "viewer", scope: "admin" },
  permissions: [...EVERYBODY, "platform.read", "store.read", "store.logs"],
};
const company = {
  ...{ actor: "mia", userId: "u5", singleSignOn: true, role: "none", scope: "admin" },
  permissions: [...EVERYBODY, "stores.create"],
};
const nobody = { ...company, actor: "admin", userId: null, singleSignOn: false, role: "admin" };
const SHOP = "Blue Mug Shop";

const SIGN_IN: View[] = [
  { name: "sign-in", path: "/sign-in", shows: "Sign in", out: true },
  { name: "sign-in-empty", path: "/sign-in", shows: "Sign in", out: true, after: press("Sign in") },
  {
    name: "sign-in-wrong",
    path: "/sign-in",
    shows: "Sign in",
    out: true,
    after: steps(
      (page) => page.getByLabel("Name", { exact: true }).fill("anna"),
      (page) => page.getByLabel("Password", { exact: true }).fill("wrong"),
      press("Sign in"),
      sees(/is not right/),
    ),
  },
  {
    name: "sign-in-token",
    path: "/sign-in",
    shows: "Sign in",
    out: true,
    after: steps(press("Use the admin token"), press("Sign in"), sees("Paste the admin token.")),
  },
  { name: "sign-in-over", path: "/activity", shows: "Your session has ended", out: true },
  {
    name: "sign-in-company",
    path: "/sign-in?refused=no-group",
    shows: "Sign in with Example Ltd",
    out: true,
    before: answers("/api/sign-in", { singleSignOn: { name: "Example Ltd", url: "/api/sign-in/single-sign-on" } }),
  },
  { name: "invite", path: "/invite#souk_inv_x", shows: "Choose a password", out: true },
  {
    name: "invite-refused",
    path: "/invite#souk_inv_x",
    shows: "Choose a password",
    out: true,
    after: steps((page) => page.getByLabel("Password", { exact: true }).fill("short"), press("Set password")),
  },
  { name: "invite-broken", path: "/invite", shows: "This link is not whole", out: true },
];

const STORES: View[] = [
  { name: "stores", path: "/stores", shows: SHOP },
  { name: "stores-empty", path: "/stores", shows: "Open your first shop", empty: true },
  {
    name: "stores-empty-viewer",
    path: "/stores",
    shows: "There are no stores yet",
    empty: true,
    before: answers("/api/me", vera),
  },
  { name: "stores-none", path: "/stores?search=nothing-like-it", shows: "No store fits this" },
  {
    name: "stores-selected",
    path: "/stores",
    shows: SHOP,
    after: steps(
      (page) => page.getByRole("checkbox", { name: `Select ${SHOP}` }).check(),
      (page) => page.getByRole("checkbox", { name: "Select Northwind Cycles" }).check(),
      sees("2 selected"),
    ),
  },
  {
    name: "stores-delete",
    path: "/stores",
    shows: SHOP,
    after: steps(
      (page) => page.getByRole("checkbox", { name: `Select ${SHOP}` }).check(),
      (page) => page.getByRole("checkbox", { name: "Select Northwind Cycles" }).check(),
      press("Delete 2"),
      type(/^Type/, "delete all"),
    ),
  },
  {
    name: "stores-away",
    path: "/stores",
    shows: "Try again",
    before: answers(
      "/api/stores?*",
      { type: "about:blank", title: "Souk cannot answer at the moment", status: 503 },
      503,
    ),
  },
  {
    name: "stores-offline",
    path: "/stores",
    shows: "The connection to Souk is lost.",
    before: (page) => page.route("**/api/events", (route) => route.abort()),
  },
  {
    name: "stores-cluster-away",
    path: "/stores",
    shows: "Souk cannot reach the cluster.",
    before: (page) =>
      page.route("**/api/platform", async (route) => {
        const answer = await route.fetch();
        const platform = (await answer.json()) as { cluster: object };
        const cluster = { ...platform.cluster, reachable: false, message: "Connection refused by 10.0.0.1:6443." };
        await route.fulfill({ response: answer, json: { ...platform, cluster } });
      }),
  },
  { name: "create-store", path: "/stores?create=true", shows: "Create a store", after: sees("Standard") },
  {
    name: "create-store-refused",
    path: "/stores?create=true",
    shows: "Create a store",
    after: steps(
      type("Address", "blue-mug-shop"),
      sees(/Another store has this address/),
      (page) => page.getByText("Choose one").click(),
      (page) => page.getByRole("textbox", { name: "Password" }).fill("short"),
      press("Create store"),
      sees("Give the store a name."),
    ),
  },
];

const STORE: View[] = [
  { name: "store-ready", path: "/stores", shows: SHOP, after: store(SHOP) },
  {
    name: "store-open",
    path: "/stores",
    shows: SHOP,
    after: steps(store(SHOP), press("Show credentials"), sees("Hide"), press("Show logs"), sees(/line 40/)),
  },
  { name: "store-failed", path: "/stores", shows: SHOP, after: store("Northwind Cycles") },
  { name: "store-degraded", path: "/stores", shows: SHOP, after: store("La Petite Librairie") },
  { name: "store-provisioning", path: "/stores", shows: SHOP, after: store("Copper & Pine") },
  { name: "store-deleting", path: "/stores", shows: SHOP, after: store("Summer Pop-up") },
  { name: "store-plain", path: "/stores", shows: SHOP, after: store("Paper Lantern") },
  {
    name: "store-long-name",
    path: "/stores",
    shows: SHOP,
    after: store("Harbour Street Surplus and Outdoor Equipment Company of Lower Saxony"),
  },
  { name: "store-arabic", path: "/stores", shows: SHOP, after: store("مقهى الياسمين") },
  {
    name: "store-viewer",
    path: "/stores",
    shows: SHOP,
    before: steps(answers("/api/me", vera), answers("/api/stores/*/access", { role: null, permissions: [] })),
    after: store(SHOP),
  },
  { name: "store-unknown", path: "/stores/saaaaaaaaaa", shows: "There is no such store" },
  {
    name: "store-menu",
    path: "/stores",
    shows: SHOP,
    after: steps(store(SHOP), press("More actions"), sees("Rename")),
  },
  {
    name: "rename-store",
    path: "/stores",
    shows: SHOP,
    after: steps(
      store(SHOP),
      press("More actions"),
      choose("Rename or change address"),
      type("Address", "another-address"),
      sees(/is free/),
    ),
  },
  {
    name: "delete-store",
    path: "/stores",
    shows: SHOP,
    after: steps(store(SHOP), press("Delete store"), type(/^Type/, "Another")),
  },
  {
    name: "cancel-store",
    path: "/stores",
    shows: SHOP,
    after: steps(store("Copper & Pine"), press("Cancel"), dialog, sees("Keep it")),
  },
];

const PLATFORM: View[] = [
  { name: "activity", path: "/activity", shows: "store.create" },
  {
    name: "activity-filtered",
    path: "/activity?since=2026-03-02T10:00:00Z&until=2026-03-01T10:00:00Z",
    shows: "No entry fits these filters.",
  },
  {
    name: "activity-of-store",
    path: "/activity",
    shows: "store.create",
    after: steps(press(`Only ${SHOP}`), sees(`Store: ${SHOP}`)),
  },
  { name: "activity-empty", path: "/activity?actor=nobody", shows: "No entry fits these filters." },
  { name: "activity-export", path: "/activity", shows: "store.create", after: steps(press("Export"), sees(/CSV/)) },
  { name: "platform", path: "/platform", shows: "Plans", after: sees("Stores asked for") },
  { name: "platform-empty", path: "/platform", shows: "Plans", empty: true },
  {
    name: "platform-away",
    path: "/platform",
    shows: "Try again",
    before: steps(
      answers("/api/metrics", { type: "about:blank", title: "Souk cannot answer at the moment", status: 503 }, 503),
    ),
  },
];

const ACCOUNTS: View[] = [
  { name: "people", path: "/people", shows: "anna" },
  { name: "people-viewer", path: "/people", shows: /Administrators alone/, before: answers("/api/me", vera) },
  { name: "people-menu", path: "/people", shows: "anna", after: steps(press("Actions for anna"), sees("Disable")) },
  {
    name: "people-reset",
    path: "/people",
    shows: "anna",
    after: steps(press("Actions for anna"), choose("Reset password"), dialog),
  },
  { name: "create-user", path: "/people", shows: "anna", after: steps(press("Add a person"), dialog) },
  {
    name: "create-user-link",
    path: "/people",
    shows: "anna",
    after: steps(press("Actions for anna"), choose("Make a new link"), dialog, sees("souk_inv_made-up")),
  },
  { name: "teams", path: "/teams", shows: "agency" },
  { name: "teams-none", path: "/teams", shows: "There is no team yet.", before: answers("/api/teams", list([])) },
  { name: "delete-team", path: "/teams", shows: "agency", after: steps(press("Delete the team agency"), dialog) },
  { name: "tokens", path: "/tokens", shows: "laptop" },
  {
    name: "tokens-none",
    path: "/tokens",
    shows: "You have no token.",
    before: steps(answers("/api/me/tokens", list([])), answers("/api/tokens", list([]))),
  },
  { name: "create-token", path: "/tokens", shows: "laptop", after: steps(press("Make a token"), dialog) },
  {
    name: "create-machine-token",
    path: "/tokens",
    shows: "laptop",
    after: steps(press("Make a machine’s token"), dialog, press("Make the token"), sees("Say what the token is for.")),
  },
  {
    name: "token-made",
    path: "/tokens",
    shows: "laptop",
    after: steps(
      press("Make a token"),
      type("What is it for?", "backup"),
      press("Make the token"),
      sees("Copy it now"),
    ),
  },
  { name: "revoke-token", path: "/tokens", shows: "laptop", after: steps(press("Revoke laptop"), dialog) },
  { name: "account", path: "/account", shows: "Password so far" },
  { name: "account-company", path: "/account", shows: "single sign-on", before: answers("/api/me", company) },
  { name: "account-token", path: "/account", shows: "admin token", before: answers("/api/me", nobody) },
];

const FRAME: View[] = [
  { name: "nowhere", path: "/nowhere", shows: "Nothing lives at this address" },
  {
    name: "palette",
    path: "/platform",
    shows: "Plans",
    after: steps(
      press("Go to or do"),
      (page) => page.getByPlaceholder("Find a store, a page or an action").fill("m"),
      sees(SHOP),
    ),
  },
  { name: "appearance", path: "/teams", shows: "agency", after: steps(press("Appearance"), sees("Like the system")) },
];

export const VIEWS: View[] = [...SIGN_IN, ...STORES, ...STORE, ...PLATFORM, ...ACCOUNTS, ...FRAME];
