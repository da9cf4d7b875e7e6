// Every page of the dashboard, dark and light, on a desk and on a phone: nothing to scroll sideways, nothing that
// axe calls serious or critical, no complaint of the browser. A photograph of each is kept beside the results.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { results } from "../world/settings.ts";
import { expect, signIn, test } from "./test.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const photographs = join(results, "pages");

interface Look {
  name: string;
  path: string;
  /** A text of the page that is there once it is complete. */
  shows: string;
  /** What is done on the page before it is looked at. */
  after?: (page: Page) => Promise<void>;
  /** Nobody is signed in. */
  out?: true;
  /** On a platform without stores. */
  empty?: true;
}

const press = (name: string) => async (page: Page) => {
  await page.getByRole("main").getByRole("button", { name, exact: true }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
};

/** Goes from the table to the page of a store, as its id is made up. */
const store = (name: string) => async (page: Page) => {
  await page.getByRole("main").getByRole("link", { name, exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Timeline" })).toBeVisible();
};

const PAGES: Look[] = [
  { name: "sign-in", path: "/sign-in", shows: "Sign in", out: true },
  {
    name: "sign-in-token",
    path: "/sign-in",
    shows: "Sign in",
    out: true,
    after: async (page) => {
      await page.getByRole("button", { name: "Use the admin token" }).click();
      await page.getByRole("button", { name: "Sign in" }).click();
    },
  },
  { name: "invite", path: "/invite#souk_inv_x", shows: "Choose a password", out: true },
  { name: "invite-broken", path: "/invite", shows: "This link is not whole", out: true },
  { name: "stores", path: "/stores", shows: "Blue Mug Shop" },
  { name: "stores-empty", path: "/stores", shows: "Open your first shop", empty: true },
  { name: "stores-none", path: "/stores?search=nothing-like-it", shows: "No store fits this" },
  { name: "create-store", path: "/stores?create=true", shows: "Create a store" },
  { name: "store-ready", path: "/stores", shows: "Blue Mug Shop", after: store("Blue Mug Shop") },
  { name: "store-failed", path: "/stores", shows: "Blue Mug Shop", after: store("Northwind Cycles") },
  { name: "store-degraded", path: "/stores", shows: "Blue Mug Shop", after: store("La Petite Librairie") },
  { name: "store-plain", path: "/stores", shows: "Blue Mug Shop", after: store("Paper Lantern") },
  { name: "store-unknown", path: "/stores/saaaaaaaaaa", shows: "There is no such store" },
  { name: "activity", path: "/activity", shows: "store.create" },
  { name: "activity-empty", path: "/activity?actor=nobody", shows: "Activity" },
  { name: "platform", path: "/platform", shows: "Plans" },
  { name: "platform-empty", path: "/platform", shows: "Plans", empty: true },
  { name: "people", path: "/people", shows: "anna" },
  { name: "create-user", path: "/people", shows: "anna", after: press("Add a person") },
  { name: "teams", path: "/teams", shows: "agency" },
  { name: "tokens", path: "/tokens", shows: "laptop" },
  { name: "create-token", path: "/tokens", shows: "laptop", after: press("Make a token") },
  { name: "account", path: "/account", shows: "Password so far" },
  { name: "nowhere", path: "/nowhere", shows: "Nothing lives at this address" },
];

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of WIDTHS) {
    test.describe(`${colorScheme}, ${viewport.width} px`, () => {
      test.use({ colorScheme, viewport });

      for (const { name, path, shows, after, out, empty } of PAGES) {
        test(name, async ({ page, mock, emptyMock }) => {
          const complaints: string[] = [];
          page.on("pageerror", (error) => complaints.push(error.message));
          page.on("console", (message) => {
            // A status that the page expects (401, 404) is reported by the browser as well.
            if (message.type() === "error" && !message.text().includes("Failed to load resource"))
              complaints.push(message.text());
          });
          const url = empty ? emptyMock : mock;
          if (!out) await signIn(page, url, { token: "souk" });
          await page.goto(url + path);
          await expect(page.getByText(shows).locator("visible=true").first()).toBeVisible();
          await after?.(page);
          await page.evaluate(() => document.fonts.ready);
          await expect(page.locator(".mantine-Skeleton-root, .mantine-Loader-root")).toHaveCount(0);

          mkdirSync(photographs, { recursive: true });
          const photograph = join(photographs, `${name}-${colorScheme}-${viewport.width}.png`);
          await page.screenshot({ path: photograph, fullPage: true, animations: "disabled" });
          expect(await tooWide(page), "what is wider than the window").toEqual([]);
          expect(await offences(page), "what axe calls serious or critical").toEqual([]);
          expect(complaints, "what the browser reported").toEqual([]);
        });
      }
    });
  }
}

/** What makes the page scroll sideways; nothing when it does not. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (Math.max(scrollWidth, document.body.scrollWidth) <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 0.5,
    );
    return wide.map((element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`);
  });
}

async function offences(page: Page): Promise<string[]> {
  // By the debugger, as the page's own rules let no script in from elsewhere.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`));
}
