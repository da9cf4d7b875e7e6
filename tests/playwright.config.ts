// The one runner of the whole-system tests: system (API, command line, cluster) and browser.
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";

// Set here, in the first process, and inherited by every worker.
const letters = "abcdefghijklmnopqrstuvwxyz234567";
process.env["SOUK_TEST_RUN"] ??= Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
// Whoever waits for minutes begins first, while there is other work to do.
const patient = /(replicas|helm-refusals|missing-class)\.spec\.ts$/;
// Whoever takes something away from all stores waits until they are gone.
const alone = /whole-cluster\.spec\.ts$/;
const results = process.env["SOUK_TEST_RESULTS"] ?? join(import.meta.dirname, "results");

export default defineConfig({
  globalSetup: "./world/setup.ts",
  globalTeardown: "./world/teardown.ts",
  outputDir: join(results, "playwright"),
  reporter: [["list"], ["html", { open: "never", outputFolder: join(results, "report") }], ["./world/record.ts"]],
  // One works while the others wait: a store is a handful of processes, and more would wait for each other on two cores.
  workers: Number(process.env["SOUK_TEST_WORKERS"] ?? 4),
  forbidOnly: true,
  retries: 0,
  timeout: 8 * 60_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: "patient", testDir: "./system", testMatch: patient },
    {
      name: "browser",
      testDir: "./browser",
      use: {
        browserName: "chromium",
        actionTimeout: 20_000,
        screenshot: "only-on-failure",
        trace: "retain-on-failure",
        launchOptions: {
          executablePath: process.env["SOUK_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
          ],
        },
      },
    },
    { name: "system", testDir: "./system", testIgnore: [patient, alone] },
    { name: "alone", testDir: "./system", testMatch: alone, dependencies: ["patient", "system", "browser"] },
  ],
});
