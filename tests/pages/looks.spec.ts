// Every view of the dashboard, dark and light, on a desk and on a phone: nothing to scroll sideways, nothing that
// axe calls serious or critical, no complaint of the browser. A photograph of each is kept beside the results.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { results } from "../world/settings.ts";
import { expect, signIn, test } from "./test.ts";
import { VIEWS } from "./views.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const photographs = join(results, "pages");

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

for (const viewport of WIDTHS) {
  test.describe(`${viewport.width} px`, () => {
    // Loaded in the dark, whose first moment is the one that may flash; switched to light on the page.
    test.use({ colorScheme: "dark", viewport });

    for (const { name, path, shows, before, after, out, empty } of VIEWS) {
      test(name, async ({ page, mock, emptyMock }) => {
        const complaints = complaintsOf(page);
        const url = empty ? emptyMock : mock;
        if (!out) await signIn(page, url, { token: "souk" });
        await before?.(page);
        await page.goto(url + path);
        await expect(page.getByText(shows).locator("visible=true").first()).toBeVisible();
        await after?.(page);
        await page.evaluate(() => document.fonts.ready);
        await expect(page.locator(".mantine-Skeleton-root, .mantine-Loader-root")).toHaveCount(0);

        mkdirSync(photographs, { recursive: true });
        for (const colorScheme of ["dark", "light"] as const) {
          await page.emulateMedia({ colorScheme });
          await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
          const photograph = join(photographs, `${name}-${viewport.width}-${colorScheme}.png`);
          // What lies over the page is drawn where the window is, and not where the whole page is.
          const fullPage = (await page.locator("[role=dialog], [role=menu]").count()) === 0;
          await page.screenshot({ path: photograph, fullPage, animations: "disabled" });
          expect(await offences(page), `what axe calls serious or critical in ${colorScheme}`).toEqual([]);
        }
        expect(await tooWide(page), "what is wider than the window").toEqual([]);
        expect(complaints, "what the browser reported").toEqual([]);
      });
    }
  });
}

/** What the browser complains of from now on: errors of scripts, breaches of the Content-Security-Policy. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // A status that the page expects (401, 404) and a connection that is cut are reported by the browser as well.
    const expected = /Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === "error" && !expected) complaints.push(message.text());
  });
  return complaints;
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
    (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run({
      resultTypes: ["violations"],
    }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`));
}
