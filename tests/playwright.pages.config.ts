// The runner of the tests of the dashboard's pages: a browser, no cluster.
import { randomInt } from "node:crypto";
import { defineConfig } from "@playwright/test";
import whole from "./playwright.config.ts";

// The servers of these tests are told apart from those of the whole-system tests.
process.env["SOUK_TEST_RUN"] ??= `pages${randomInt(10)}`;
const browser = whole.projects?.find(({ name }) => name === "browser")?.use ?? {};

export default defineConfig({
  testDir: "./pages",
  outputDir: `${String(whole.outputDir)}-pages`,
  reporter: [["list"], ["./world/record.ts"]],
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  // As patient as the whole-system tests: the machine may be busy.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: { ...browser, locale: "en-GB", contextOptions: { reducedMotion: "reduce" } },
});
