// Nobody is offered what the server refuses: for each role every page is opened and everything on it pressed, also what
// then opens, and no answer is 403.
import type { Locator, Page } from "@playwright/test";
import type { Souk } from "../world/api.ts";
import { expect, makeAccount, signIn, test } from "./test.ts";

interface Somebody {
  who: string;
  /** Name of the account; the admin token without one. */
  name?: string;
  role: string;
  /** Stores that are seen, by name. */
  stores: string[];
}

const PEOPLE: Somebody[] = [
  { who: "a viewer", name: "vera", role: "viewer", stores: ["Norma’s"] },
  { who: "an operator", name: "otto", role: "operator", stores: ["Norma’s"] },
  { who: "an owner without a role", name: "norma", role: "none", stores: ["Norma’s"] },
  { who: "a member without a role", name: "mia", role: "none", stores: ["Norma’s", "The agency’s"] },
  { who: "the admin token", role: "admin", stores: ["Norma’s"] },
];

const PAGES = ["/stores", "/stores?create=true", "/activity", "/platform", "/people", "/teams", "/tokens", "/account"];

/** They would end the session of the test, which everybody may. */
const ENDS_THE_SESSION = /^Sign out/;

/** What can be pressed, by its role, and menus, which open as they are pressed. */
const KINDS = ["button", "menuitem", "switch", "checkbox", "combobox"] as const;
interface Control {
  kind: (typeof KINDS)[number];
  name: string;
}

const ids = new Map<string, string>();

test.beforeAll(async ({ souk }) => {
  test.setTimeout(300_000);
  for (const { name, role } of PEOPLE) if (name !== undefined) await makeAccount(souk, name, role);
  const team = (await souk.ask("POST", "/api/teams", { body: { name: "agency" } }))
    .expecting(201)
    .json<{ id: string }>();
  (await souk.ask("PUT", `/api/teams/${team.id}/members/mia`, { body: { role: "member" } })).expecting(200);
  ids.set("Norma’s", await newStore(souk, "Norma’s", { user: "norma" }));
  ids.set("The agency’s", await newStore(souk, "The agency’s", { team: "agency" }));
  (await souk.ask("PUT", `/api/stores/${ids.get("Norma’s")}/members/mia`, { body: { role: "member" } })).expecting(200);
});

for (const { who, name, stores } of PEOPLE) {
  for (const place of [...PAGES, ...stores]) {
    test(`${who} is refused nothing on ${place.startsWith("/") ? place : "a store: " + place}`, async ({
      page,
      souk,
    }) => {
      test.setTimeout(300_000);
      const refused: string[] = [];
      page.on("response", (answer) => {
        if (answer.status() === 403) refused.push(`${answer.request().method()} ${answer.url()}`);
      });
      await signIn(page, souk.url, name === undefined ? { token: souk.token } : { name });
      const address = souk.url + (place.startsWith("/") ? place : `/stores/${ids.get(place)}`);
      const pressed = await pressEverything(page, address);
      expect(refused, `pressed: ${pressed.join(", ")}`).toEqual([]);
    });
  }
}

test("a viewer is offered less than an administrator, by keyboard too", async ({ page, browser, souk }) => {
  const viewer = await (await browser.newContext()).newPage();
  // Of whom nobody has pressed anything yet, as happens to the others on the page of people.
  await makeAccount(souk, "victor", "viewer");
  await signIn(viewer, souk.url, { name: "victor" });
  await signIn(page, souk.url, { token: souk.token });
  const shop = `/stores/${ids.get("Norma’s")}`;
  for (const [path, name] of [
    ["/stores", "Create store"],
    ["/people", "Add a person"],
    ["/teams", "Make a team"],
    [shop, "Delete store"],
    [shop, "Show credentials"],
  ] as const) {
    await open(page, souk.url + path);
    await expect(page.getByRole("button", { name }).first(), `${name}, for an administrator`).toBeVisible();
    await open(viewer, souk.url + path);
    await expect(viewer.getByRole("button", { name }), `${name}, for a viewer`).toHaveCount(0);
  }
  await open(viewer, `${souk.url}/stores`);
  await viewer.keyboard.press("c");
  await viewer.keyboard.press("Control+k");
  const palette = viewer.getByRole("dialog");
  await expect(palette.getByText("Your account")).toBeVisible();
  await expect(palette.getByText("Create store")).toHaveCount(0);
  await expect(palette.getByText("People")).toHaveCount(0);
  await viewer.context().close();
});

async function newStore(souk: Souk, name: string, owner: { user: string } | { team: string }): Promise<string> {
  const { id } = (await souk.ask("POST", "/api/stores", { body: { name } })).expecting(202).json<{ id: string }>();
  (await souk.ask("PUT", `/api/stores/${id}/owner`, { body: owner })).expecting(200);
  return id;
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
  await expect(page.locator(".mantine-Skeleton-root")).toHaveCount(0);
}

/** Presses what is on the page, each on the page as it was at first, and whatever that opens. Returns what was pressed. */
async function pressEverything(page: Page, address: string): Promise<string[]> {
  await open(page, address);
  const pressed: string[] = [];
  const dialogAtFirst = (await page.getByRole("dialog").count()) > 0;
  const first = await controls(page);
  for (const control of first) {
    if (!(await press(page, control))) continue;
    pressed.push(control.name);
    const known = new Set(first.map(keyOf));
    for (const inside of (await controls(page)).filter((one) => !known.has(keyOf(one)))) {
      if (await press(page, inside)) pressed.push(`${control.name} > ${inside.name}`);
    }
    await page.keyboard.press("Escape");
    const left = page.url() !== address || (await page.getByRole("dialog").count()) > 0;
    if (left || dialogAtFirst || control.kind !== "button") await open(page, address);
  }
  await page.waitForLoadState("load");
  return pressed;
}

const keyOf = ({ kind, name }: Control): string => `${kind} ${name}`;

/** Where one can press now: what is open lies over the page. */
async function front(page: Page): Promise<Locator> {
  for (const over of [page.getByRole("menu"), page.getByRole("dialog")]) {
    if ((await over.locator("visible=true").count()) > 0) return over.locator("visible=true").last();
  }
  return page.getByRole("main");
}

async function controls(page: Page): Promise<Control[]> {
  const where = await front(page);
  const found: Control[] = [];
  for (const kind of KINDS) {
    const names = await where.getByRole(kind, { disabled: false }).evaluateAll((all) =>
      all.map((one) => {
        const labels = one instanceof HTMLInputElement || one instanceof HTMLSelectElement ? one.labels : null;
        return one.getAttribute("aria-label") ?? labels?.[0]?.textContent ?? one.textContent;
      }),
    );
    found.push(...names.map((name) => ({ kind, name: name.trim() })));
  }
  const known = new Set<string>();
  return found.filter((control) => {
    if (control.name === "" || ENDS_THE_SESSION.test(control.name) || known.has(keyOf(control))) return false;
    known.add(keyOf(control));
    return true;
  });
}

/** Presses it, unless it is gone by now. */
async function press(page: Page, { kind, name }: Control): Promise<boolean> {
  const control = (await front(page)).getByRole(kind, { name, exact: true, disabled: false }).first();
  if (!(await control.isVisible())) return false;
  if (kind === "combobox") {
    // A field with suggestions is one too; what is typed there only narrows what is read.
    if ((await control.evaluate((field) => field.tagName)) !== "SELECT") return false;
    const values = await control
      .locator("option")
      .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    const now = await control.inputValue();
    await control.selectOption(values.findLast((value) => value !== now) ?? now);
  } else {
    try {
      await control.click({ timeout: 10_000 });
    } catch (error) {
      // What was pressed before may have taken it away meanwhile.
      if (await control.isVisible()) throw error;
      return false;
    }
  }
  return true;
}
