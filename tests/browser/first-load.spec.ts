// The dashboard's first load when one of its scripts does not come.
import { expect, test } from "../world/test.ts";

const scripts = /\/assets\/.*\.js$/;

test("a load that is cut off is begun once more by itself", async ({ page, platform }) => {
  let cut = 0;
  await page.route(scripts, (route) => {
    if (cut > 0) return route.continue();
    cut += 1;
    return route.abort("internetdisconnected");
  });
  await page.goto(platform.url);
  await expect(page.getByRole("button", { name: "Use the admin token" })).toBeVisible();
  expect(cut).toBe(1);
  await expect(page.locator("#cut-off")).toBeHidden();
});

test("one that is cut off again says so, and is not begun for ever", async ({ page, platform }) => {
  let loads = 0;
  await page.route(scripts, (route) => route.abort("internetdisconnected"));
  page.on("request", (request) => {
    if (request.isNavigationRequest()) loads += 1;
  });
  await page.goto(platform.url);
  await expect(page.getByRole("alert")).toContainText("did not load");
  expect(loads).toBe(2);
  await page.unroute(scripts);
  await page.getByRole("link", { name: "load it again" }).click();
  await expect(page.getByRole("button", { name: "Use the admin token" })).toBeVisible();
});
