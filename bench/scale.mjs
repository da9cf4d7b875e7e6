// The platform at 10, 1,000 and 10,000 stores: latency, memory, idle CPU, and how long it takes to look at all.
//
// A release build of `souk serve` runs as a process with a database of its own, against a simulated cluster
// (`simulated/`), in which every store of the database is there and well. Each number has its floor in the same
// run: for latency a request that touches nothing (`/livez`), over the same connections in turns with the others; for memory
// and CPU the same server without stores.
import { execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { Agent, request } from "node:http";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePort, sorted } from "./common.mjs";
import { DOMAIN, PLATFORM, idOf } from "./simulated/names.mjs";
import { multiply } from "./simulated/rows.mjs";

const { values: options } = parseArgs({
  options: {
    stores: { type: "string", default: "10,1000,10000" },
    living: { type: "string", default: "100000" },
    requests: { type: "string", default: "1000" },
    clients: { type: "string", default: "4" },
    idle: { type: "string", default: "60" },
    postgres: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (options.help) {
  console.log(`Usage: bench/scale [--stores N,N] [--living N] [--requests N] [--clients N] [--idle SECONDS] [--postgres URL] [--json]

--living    how many of the stores are in the cluster; the others were deleted
--postgres  postgres:// address of a server on which databases may be made; SQLite without it
SOUK_BENCH_BINARY names a server to measure; without it a release build is made first.`);
  process.exit(0);
}
const sizes = options.stores.split(",").map(Number);
const [living, requests, clients, idle] = [options.living, options.requests, options.clients, options.idle].map(Number);
if ([...sizes, living, requests, clients, idle].some((number) => !Number.isInteger(number) || number < 0))
  throw new Error("stores, living, requests, clients and idle are whole numbers");
const log = (text) => console.error(text);
const folder = mkdtempSync(join(tmpdir(), "souk-scale-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const agent = new Agent({ keepAlive: true, maxSockets: clients });
/** One request over a kept connection: milliseconds to the end of the answer, and the answer. */
function ask(port, path, { method = "GET", token, body, expect = [200, 202] } = {}) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const headers = { host: `souk.${DOMAIN}`, "content-type": "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    const sent = request({ agent, host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () => {
        const time = performance.now() - began;
        if (expect.includes(response.statusCode)) resolve({ time, text });
        else reject(new Error(`${method} ${path} answers ${response.statusCode}: ${text}`));
      });
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A server on the database at `url`; resolves when `/readyz` is good, with how long that took. */
async function serve(url, name, cluster) {
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "simulated", cluster: { server: `http://127.0.0.1:${cluster.port}` } }],
    users: [{ name: "nobody", user: {} }],
    contexts: [{ name: "simulated", context: { cluster: "simulated", user: "nobody" } }],
    "current-context": "simulated",
  };
  const data = join(folder, name);
  const [port, metrics] = [await freePort(), await freePort()];
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "kubeconfig"), JSON.stringify(kubeconfig));
  const began = performance.now();
  const output = openSync(join(folder, `${name}.log`), "a");
  const child = spawn(process.env.SOUK_BENCH_BINARY, ["serve"], {
    stdio: ["ignore", output, output],
    env: {
      // As in images/souk.
      ...{ MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" },
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      KUBECONFIG: join(data, "kubeconfig"),
      SOUK_LISTEN: `127.0.0.1:${port}`,
      SOUK_METRICS_LISTEN: `127.0.0.1:${metrics}`,
      SOUK_DATA_DIR: data,
      SOUK_DATABASE_URL: url,
      SOUK_PLATFORM_ID: PLATFORM,
      SOUK_BASE_DOMAIN: DOMAIN,
      SOUK_INGRESS_ADDRESS: `127.0.0.1:${cluster.doorPort}`,
      SOUK_REQUESTS_PER_SECOND: "0",
      SOUK_CREATES_PER_HOUR: "0",
    },
  });
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  for (;;) {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, `${name}.log`), "utf8"));
    const good = await ask(port, "/readyz").then(
      () => true,
      () => false,
    );
    if (good) break;
    await pause(5);
  }
  const startMs = performance.now() - began;
  const token = readFileSync(join(data, "admin-token"), "utf8").trim();
  return {
    ...{ port, metrics, token, pid: child.pid, startMs },
    async stop() {
      process.removeListener("exit", kill);
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

const TICK = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
/** CPU seconds of the process so far. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICK;
}
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
  return { rss: mib("VmRSS"), peak: mib("VmHWM"), anonymous: mib("RssAnon") };
}
/** How many turns the reconciler has taken, and the seconds that they took together. */
async function turnsOf(server) {
  const { text } = await ask(server.metrics, "/metrics");
  const value = (name) => Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1] ?? 0);
  return { turns: value("souk_reconcile_duration_seconds_count"), seconds: value("souk_reconcile_duration_seconds_sum") };
}

/** Waits until the server does nothing any more; returns when that began, since the start. */
async function quiet(server, began, stores) {
  let [last, since, busySince] = [cpuOf(server.pid), performance.now(), performance.now()];
  for (;;) {
    await pause(250);
    const [now, cpu] = [performance.now(), cpuOf(server.pid)];
    const share = (cpu - last) / ((now - since) / 1000);
    [last, since] = [cpu, now];
    if (share > 0.15 || (await turnsOf(server)).turns < stores) busySince = now;
    if (now - busySince > 3000) return busySince - began;
    if (now - began > 600_000) throw new Error("the server does not come to rest");
  }
}

const quantile = (numbers, share) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

/** Sends every kind of request in turns from several clients; percentiles in milliseconds of each kind. */
async function latencies(server, stores) {
  const store = () => idOf(Math.floor(Math.random() * stores));
  const expect = stores === 0 ? [200, 404] : [200];
  const get = (path) => () => ask(server.port, path(), { token: server.token, expect });
  const kinds = {
    livez: () => ask(server.port, "/livez"),
    get: get(() => `/api/stores/${store()}`),
    list: get(() => "/api/stores"),
    "list by name": get(() => "/api/stores?sort=name"),
    "list one phase": get(() => "/api/stores?phase=Ready"),
    search: get(() => `/api/stores?search=shop+${Math.floor(Math.random() * stores)}`),
    "search in vain": get(() => "/api/stores?search=nothing+like+it"),
    timeline: get(() => `/api/stores/${store()}/events`),
  };
  const times = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]));
  const client = async (count) => {
    for (let at = 0; at < count; at += 1)
      for (const [name, send] of Object.entries(kinds)) times[name].push((await send()).time);
  };
  await client(20);
  for (const name of Object.keys(times)) times[name] = [];
  await Promise.all(Array.from({ length: clients }, () => client(Math.ceil(requests / clients))));
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => [name, { p50: quantile(all, 0.5), p99: quantile(all, 0.99) }]),
  );
}

/** Creates through the API, one after the other; in turns with their floor, a few pages written and brought to the disk. */
async function creates(server, count) {
  const [create, fsync] = [[], []];
  const [file, pages] = [openSync(join(folder, "floor"), "a"), Buffer.alloc(16 * 1024, "x")];
  for (let at = 0; at < count; at += 1) {
    const began = performance.now();
    writeSync(file, pages);
    fsyncSync(file);
    fsync.push(performance.now() - began);
    const body = { name: `Created ${at}` };
    create.push((await ask(server.port, "/api/stores", { method: "POST", token: server.token, body })).time);
  }
  closeSync(file);
  const both = (times) => ({ p50: quantile(times, 0.5), p99: quantile(times, 0.99) });
  return { fsync: both(fsync), create: both(create) };
}

async function database(name) {
  if (!options.postgres) return `sqlite://${join(folder, `${name}.db`)}`;
  const url = new URL(options.postgres);
  execFileSync("psql", [url.href, "-qc", `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, "-c", `CREATE DATABASE ${name}`]);
  url.pathname = name;
  return url.href;
}

async function measure(stores) {
  const name = `souk_bench_${stores}`;
  const url = await database(name);
  const alive = Math.min(stores, living);
  const simulator = fork(new URL("simulated/cluster.mjs", import.meta.url), [String(alive)]);
  const [cluster] = await once(simulator, "message");
  log(`${stores} stores: making rows`);
  const maker = await serve(url, name, cluster);
  await ask(maker.port, "/api/stores", { method: "POST", token: maker.token, body: { name: "First" } });
  await maker.stop();
  multiply(url, stores, alive);
  const counted = async () => {
    simulator.send("counts");
    return (await once(simulator, "message"))[0];
  };
  await counted();

  log(`${stores} stores: starting`);
  const began = performance.now();
  const server = await serve(url, name, cluster);
  const passMs = await quiet(server, began, alive);
  const passCpu = cpuOf(server.pid);
  log(`${stores} stores: requests`);
  const latency = await latencies(server, stores);
  log(`${stores} stores: idle for ${idle} s`);
  await pause(3000);
  const [before, cpu, time] = [await turnsOf(server), cpuOf(server.pid), performance.now()];
  await pause(idle * 1000);
  const seconds = (performance.now() - time) / 1000;
  const idleShare = ((cpuOf(server.pid) - cpu) / seconds) * 100;
  const memory = memoryOf(server.pid);
  const turns = (await turnsOf(server)).turns - before.turns;
  const counts = await counted();
  // It would measure repairs of a cluster that cannot be repaired.
  if (counts.others > 0)
    throw new Error(
      `the stores are not at rest: the simulated cluster was asked ${counts.others} times for what it does not know, ` +
        `such as ${counts.unknown[0]}; take its objects anew: bench/simulated/capture STORE-ID`,
    );
  log(`${stores} stores: creates`);
  const written = await creates(server, Math.min(200, requests));
  await server.stop();
  simulator.disconnect();
  if (options.postgres) execFileSync("psql", [options.postgres, "-qc", `DROP DATABASE ${name} WITH (FORCE)`]);
  return { stores, startMs: server.startMs, passMs, passCpu, latency: { ...latency, ...written }, memory, idleShare, turns, counts };
}

const machine = `${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`;
const results = [];
for (const stores of [0, ...sizes]) results.push(await measure(stores));

if (options.json) {
  console.log(JSON.stringify({ machine, database: options.postgres ? "PostgreSQL" : "SQLite", results }, null, 2));
} else {
  const columns = (name, values) => console.log(`${name.padEnd(28)}${values.map((value) => value.padStart(16)).join("")}`);
  console.log(`\n${options.postgres ? "PostgreSQL" : "SQLite"}, ${machine}, ${clients} clients\n`);
  columns("stores", results.map(({ stores }) => (stores === 0 ? "none (floor)" : String(stores))));
  for (const kind of Object.keys(results[0].latency)) {
    columns(`${kind}, ms p50 / p99`, results.map(({ latency }) => `${latency[kind].p50.toFixed(2)} / ${latency[kind].p99.toFixed(2)}`));
  }
  columns("memory now, MiB", results.map(({ memory }) => memory.rss.toFixed(1)));
  columns("  of it not of files", results.map(({ memory }) => memory.anonymous.toFixed(1)));
  columns("memory at most, MiB", results.map(({ memory }) => memory.peak.toFixed(1)));
  columns("idle, % of a core", results.map(({ idleShare }) => idleShare.toFixed(2)));
  columns("  turns meanwhile", results.map(({ turns }) => String(turns)));
  columns("start to readyz, ms", results.map(({ startMs }) => startMs.toFixed(0)));
  columns("start to all looked at, s", results.map(({ passMs }) => (passMs / 1000).toFixed(2)));
  columns("  CPU of it, s", results.map(({ passCpu }) => passCpu.toFixed(2)));
  const asked = results.at(-1).counts;
  console.log(`\nThe simulated cluster was asked for ${asked.lists} pages of lists, ${asked.watches} watches and ${asked.checks} checks of shops.`);
}
process.exit(0);
