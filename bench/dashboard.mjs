// The dashboard in a browser: Lighthouse on the pages of a running platform, the frames of a long list while it scrolls,
// beside a plain page of as many rows in the same run, and how much script a first visit loads.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { freePort, sorted } from "./common.mjs";

const PARTS = ["lighthouse", "scroll", "size"];
const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    rows: { type: "string", default: "2000" },
    only: { type: "string", default: PARTS.join(",") },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (options.help) {
  console.log(`Usage: bench/dashboard [--runs N] [--rows N] [--only ${PARTS.join(",")}] [--json]

Lighthouse looks at the platform that make up has installed; SOUK_URL and SOUK_TOKEN name another one. It needs a store.`);
  process.exit(0);
}
const [runs, rows] = [options.runs, options.rows].map(Number);
if (![runs, rows].every((number) => Number.isInteger(number) && number > 0))
  throw new Error("--runs and --rows are whole numbers from 1 on");
const parts = options.only.split(",");
if (!parts.every((part) => PARTS.includes(part))) throw new Error(`--only takes ${PARTS.join(", ")}`);

const root = join(import.meta.dirname, "..");
const { chromium } = createRequire(join(root, "tests/package.json"))("@playwright/test");
const BROWSER = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
};
const log = (text) => console.error(text);
const median = (numbers) => sorted(numbers)[Math.floor(numbers.length / 2)];

// --- Lighthouse ---

const CATEGORIES = ["performance", "accessibility", "best-practices"];

const tokenOfPlatform = () =>
  process.env.SOUK_TOKEN ??
  Buffer.from(
    execFileSync("kubectl", ["get", "secret", "souk-admin", "-n", "souk", "-o", "jsonpath={.data.token}"], {
      encoding: "utf8",
    }),
    "base64",
  ).toString();

/** One request of a page, with its cookie. */
const asked = (page, method, path, body) =>
  page.evaluate(
    async ([how, where, what]) => {
      const headers = what === null ? {} : { "content-type": "application/json" };
      const answer = await fetch(where, { method: how, headers, body: what });
      if (!answer.ok) throw new Error(`${how} ${where} answered ${answer.status}`);
      return answer.status === 204 ? null : await answer.json();
    },
    [method, path, body === undefined ? null : JSON.stringify(body)],
  );

async function lighthouses() {
  const { default: lighthouse, desktopConfig } = await import("lighthouse");
  const base = new URL(process.env.SOUK_URL ?? "http://souk.localhost").origin;
  const port = await freePort();
  const profile = mkdtempSync(join(tmpdir(), "souk-lighthouse-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...BROWSER,
    args: [...BROWSER.args, `--remote-debugging-port=${port}`],
  });
  const results = [];
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const look = async (name, path) => {
      for (const preset of ["desktop", "mobile"]) {
        const reports = [];
        for (let run = 0; run < runs; run += 1) {
          log(`lighthouse: ${name}, ${preset}, ${run + 1} of ${runs}`);
          const flags = { port, onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: "error" };
          const { lhr } = await lighthouse(base + path, flags, preset === "desktop" ? desktopConfig : undefined);
          if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
          reports.push(lhr);
        }
        results.push({ name, preset, ...summary(reports) });
      }
    };
    await page.goto(`${base}/sign-in`);
    await look("sign-in", "/sign-in");
    await asked(page, "POST", "/api/session", { token: tokenOfPlatform() });
    const { items } = await asked(page, "GET", "/api/stores?limit=1");
    if (items.length === 0) throw new Error("the platform has no store to look at: make up makes one, souk store create too");
    const pages = { stores: "/stores", store: `/stores/${items[0].id}` };
    Object.assign(pages, { activity: "/activity", platform: "/platform", people: "/people" });
    for (const [name, path] of Object.entries(pages)) await look(name, path);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
  return results;
}

/** Medians of the scores, and what took points off in the last run. */
function summary(reports) {
  const scores = Object.fromEntries(
    CATEGORIES.map((id) => [id, Math.round(median(reports.map((report) => report.categories[id].score)) * 100)]),
  );
  const value = (id) => median(reports.map((report) => report.audits[id]?.numericValue ?? 0));
  const last = reports.at(-1);
  const findings = CATEGORIES.flatMap((id) =>
    last.categories[id].auditRefs
      .filter(({ weight }) => weight > 0)
      .map(({ id: audit }) => last.audits[audit])
      .filter(({ score }) => score !== null && score < 0.9)
      .map(({ id: audit, displayValue }) => (displayValue ? `${audit} (${displayValue})` : audit)),
  );
  const script = last.audits["network-requests"].details.items
    .filter(({ resourceType }) => resourceType === "Script")
    .reduce((sum, { transferSize }) => sum + transferSize, 0);
  const vitals = { fcpMs: value("first-contentful-paint"), lcpMs: value("largest-contentful-paint") };
  Object.assign(vitals, { tbtMs: value("total-blocking-time"), cls: value("cumulative-layout-shift") });
  return { scores, ...vitals, scriptKb: script / 1000, findings: [...new Set(findings)] };
}

// --- Frames ---

/** Scrolls for this long, at this many pixels a second: 65 rows. */
const SECONDS = 8;
const SPEED = 3000;
/** A frame of 60 Hz takes 16.7 ms; one that takes longer than two of them is seen. */
const LATE_MS = 33;

/** As many rows of the same height, and nothing else. */
const plainPage = (count, height) =>
  `<!doctype html><meta charset=utf-8><title>floor</title><style>body{margin:0;font:14px sans-serif}` +
  `tr{height:${height}px}td{padding:0 16px}</style><table>` +
  Array.from({ length: count }, (_, at) => `<tr><td>Shop number ${at}<td>Ready<td>shop-${at}.localhost<td>standard`).join("") +
  `</table>`;

/** Frame times in milliseconds while the page scrolls down, and its long tasks. */
async function scroll(page) {
  const session = await page.context().newCDPSession(page);
  await page.evaluate(() => {
    window.scrollTo(0, 0);
    const told = { frames: [], tasks: [], on: true };
    globalThis.told = told;
    new PerformanceObserver((list) => told.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ["longtask"],
    });
    let before = performance.now();
    const frame = (now) => {
      told.frames.push(now - before);
      before = now;
      if (told.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await session.send("Input.synthesizeScrollGesture", {
    ...{ x: 700, y: 500, yDistance: -SPEED * SECONDS, speed: SPEED },
    ...{ gestureSourceType: "mouse", preventFling: true },
  });
  const { frames, tasks, top } = await page.evaluate(() => {
    globalThis.told.on = false;
    return { frames: globalThis.told.frames.slice(1), tasks: globalThis.told.tasks, top: window.scrollY };
  });
  await session.detach();
  if (top < SPEED) throw new Error(`the page was not scrolled: it is at ${top} px`);
  return { frames, tasks };
}

async function frames() {
  const port = await freePort();
  const mock = spawn(process.execPath, [join(root, "dashboard/mock/server.mjs")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, PORT: String(port), MANY: String(rows) },
  });
  const browser = await chromium.launch(BROWSER);
  try {
    await once(mock.stdout, "data");
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const table = await context.newPage();
    await table.goto(`http://127.0.0.1:${port}/sign-in`);
    await asked(table, "POST", "/api/session", { token: "souk" });
    await table.goto(`http://127.0.0.1:${port}/stores`);
    await table.locator("tr[data-index]").first().waitFor();
    log(`scroll: reading all of ${rows} rows`);
    while ((await table.getByRole("button", { name: "Show more" }).count()) > 0) {
      await table.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await pause(100);
    }
    const drawn = await table.locator("tr[data-index]").count();
    const height = await table.locator("tr[data-index]").last().evaluate((row) => row.getBoundingClientRect().height);
    const floor = await context.newPage();
    await floor.setContent(plainPage(rows, height));
    const told = { table: { frames: [], tasks: [] }, floor: { frames: [], tasks: [] } };
    for (let run = 0; run < runs; run += 1) {
      for (const [name, page] of Object.entries({ floor, table })) {
        log(`scroll: ${name}, ${run + 1} of ${runs}`);
        await page.bringToFront();
        const { frames: times, tasks } = await scroll(page);
        told[name].frames.push(...times);
        told[name].tasks.push(...tasks);
      }
    }
    return { rows, drawn, rowHeight: height, floor: shares(told.floor), table: shares(told.table) };
  } finally {
    await browser.close();
    mock.kill("SIGTERM");
  }
}

function shares({ frames: times, tasks }) {
  const at = (share) => sorted(times)[Math.min(times.length - 1, Math.floor(times.length * share))];
  return {
    frames: times.length,
    lateShare: times.filter((time) => time > LATE_MS).length / times.length,
    ...{ p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: at(1) },
    longTasks: tasks.length,
    longestTask: Math.max(0, ...tasks),
  };
}

// --- Size ---

const LIMIT_KB = 250;
function size() {
  const dist = join(root, "dashboard/dist");
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const names = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, name]) => name);
  const kb = names.map((name) => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length / 1000);
  return { files: names.length, kb: kb.reduce((sum, one) => sum + one, 0), limitKb: LIMIT_KB };
}

const machine = `${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`;
const load = loadavg()[0];
const result = {
  machine,
  load,
  ...(parts.includes("size") ? { size: size() } : {}),
  ...(parts.includes("scroll") ? { scroll: await frames() } : {}),
  ...(parts.includes("lighthouse") ? { lighthouse: await lighthouses() } : {}),
};

if (options.json) {
  console.log(JSON.stringify(result, null, 2));
} else {
  console.log(`\n${machine}, load ${load.toFixed(1)} at the start`);
  if (result.size) console.log(`\nScript of the first load: ${result.size.kb.toFixed(1)} KB gzip, limit ${LIMIT_KB} KB`);
  if (result.scroll) printScroll(result.scroll);
  if (result.lighthouse) printLighthouse(result.lighthouse);
}
process.exit(0);

function printScroll({ rows: count, drawn, ...pages }) {
  console.log(`\nScrolling ${count} rows, ${drawn} of them drawn, ${SPEED} px/s, ${runs} × ${SECONDS} s each, in turns`);
  const line = (name, ...values) => console.log(name.padEnd(10) + values.map((value) => value.padStart(14)).join(""));
  line("", "frames", `over ${LATE_MS} ms`, "p50 ms", "p95 ms", "p99 ms", "long tasks");
  for (const name of ["floor", "table"]) {
    const { frames: all, lateShare, p50, p95, p99, longTasks } = pages[name];
    line(name, String(all), `${(lateShare * 100).toFixed(2)} %`, ...[p50, p95, p99].map((ms) => ms.toFixed(1)), String(longTasks));
  }
}

function printLighthouse(all) {
  console.log(`\nLighthouse, medians of ${runs}`);
  const line = (...values) => console.log(values.map((value, at) => (at < 2 ? value.padEnd(10) : value.padStart(9))).join(""));
  line("page", "preset", "perf", "a11y", "practice", "FCP s", "LCP s", "TBT ms", "CLS", "script KB");
  for (const { name, preset, scores, fcpMs, lcpMs, tbtMs, cls, scriptKb, findings } of all) {
    const numbers = [(fcpMs / 1000).toFixed(2), (lcpMs / 1000).toFixed(2), tbtMs.toFixed(0), cls.toFixed(3), scriptKb.toFixed(0)];
    line(name, preset, ...CATEGORIES.map((id) => String(scores[id])), ...numbers);
    if (findings.length > 0) console.log(`  ${findings.join(", ")}`);
  }
}
