// Pages of a shop, kept by its page cache and made each time, beside a static file of the same size.
//
// The floor is a file from the shop's own nginx through the same ingress, with as many bytes as the kept home page has on
// the wire. All are measured in turns, by wrk on this machine. It makes a store of its own and removes it,
// unless it is told of one.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { sorted } from "./common.mjs";
import { ask, birth, json, kubectl, machine, remove } from "./platform.mjs";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    concurrency: { type: "string", default: "1,8,32" },
    plan: { type: "string" },
    url: { type: "string" },
    namespace: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (options.help) {
  console.log(
    "Usage: bench/pages [--seconds N] [--rounds N] [--concurrency 1,8,32] [--plan NAME] [--json]\n       bench/pages --url URL --namespace NAME ...   a shop that is there already\n\nNeeds a running platform with WooCommerce: make up.",
  );
  process.exit(0);
}
function whole(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} ${text}: give a whole number from 1 on`);
  return number;
}
const seconds = whole("seconds", options.seconds);
const rounds = whole("rounds", options.rounds);
const levels = options.concurrency.split(",").map((each) => whole("concurrency", each));

/** Answers as browsers get them: packed. */
async function fetchPacked(url, headers = {}) {
  const response = await ask(url, {
    headers: { "accept-encoding": "gzip", ...headers },
  });
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
  return { headers: response.headers, body: Buffer.concat(chunks) };
}

/** One run of wrk against one kind of page. */
function run({ url, headers }, connections) {
  const local = url.hostname.endsWith(".localhost") ? "127.0.0.1" : url.hostname;
  // With a capital: wrk would add one of its own.
  const all = { Host: url.host, "accept-encoding": "gzip", ...headers };
  const out = execFileSync(
    "wrk",
    [
      ...["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "20s"],
      ...["-s", join(dirname(fileURLToPath(import.meta.url)), "pages.lua")],
      ...Object.entries(all).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
      `http://${local}:${url.port || 80}${url.pathname}`,
    ],
    { encoding: "utf8" },
  );
  const result = JSON.parse(/^RESULT (.*)$/m.exec(out)[1]);
  if (result.failed > 0) throw new Error(`${url} failed ${result.failed} times at ${connections} at once`);
  const ms = (microseconds) => microseconds / 1000;
  const rate = result.requests / (result.duration / 1e6);
  return {
    rate,
    p50: ms(result.p50),
    p95: ms(result.p95),
    p99: ms(result.p99),
  };
}

const middle = (numbers) => sorted(numbers)[Math.floor(numbers.length / 2)];

async function measure(url, namespace) {
  const at = (path) => new URL(path, url);
  const products = await json(at("/wp-json/wc/store/v1/products?per_page=1"));
  if (!products?.length) throw new Error("the shop has no product to look at");
  const product = new URL(products[0].permalink).pathname;
  // A shopper with one thing in the cart.
  const added = await ask(at(`/?add-to-cart=${products[0].id}`));
  added.resume();
  const cookie = (added.headers["set-cookie"] ?? []).map((line) => line.split(";")[0]).join("; ");

  // Kept by the second request at the latest.
  for (const path of ["/", "/", product, product]) {
    const { headers } = await fetchPacked(at(path));
    if (path === product && headers["cache-status"]?.includes("hit")) break;
  }
  const home = await fetchPacked(at("/"));
  if (!home.headers["cache-status"]?.includes("; hit"))
    throw new Error("the home page is not kept: is the page cache on?");
  const file = "wp-content/uploads/souk-bench.bin";
  execFileSync(
    "kubectl",
    ["exec", "-i", "-n", namespace, "deployment/shop", "-c", "php", "--", "sh", "-c", `cat >/data/${file}`],
    { input: home.body },
  );

  const fresh = { "cache-control": "no-cache" };
  const kinds = [
    { name: "static file (floor)", url: at(`/${file}`) },
    { name: "home, kept", url: at("/") },
    { name: "product, kept", url: at(product) },
    { name: "home, made each time", url: at("/"), headers: fresh },
    { name: "product, made each time", url: at(product), headers: fresh },
    { name: "cart, with a session", url: at("/cart/"), headers: { cookie } },
    {
      name: "checkout, with a session",
      url: at("/checkout/"),
      headers: { cookie },
    },
  ];
  const rows = [];
  for (const connections of levels) {
    const runs = kinds.map(() => []);
    for (let round = 1; round <= rounds; round += 1) {
      for (const [index, kind] of kinds.entries()) runs[index].push(run(kind, connections));
      console.error(`${connections} at once, round ${round} of ${rounds}`);
    }
    for (const [index, kind] of kinds.entries()) {
      const of = (what) => middle(runs[index].map((each) => each[what]));
      // Of one round each, then the middle one: rounds differ more than what is measured within one.
      const share = middle(runs[index].map((each, round) => each.rate / runs[0][round].rate));
      rows.push({
        connections,
        name: kind.name,
        rate: of("rate"),
        share,
        p50: of("p50"),
        p95: of("p95"),
        p99: of("p99"),
      });
    }
  }
  return { bytes: home.body.length, rows };
}

const where = await machine();
if (Boolean(options.url) !== Boolean(options.namespace)) throw new Error("--url and --namespace belong together");
let measured;
if (options.url) {
  measured = await measure(options.url, options.namespace);
} else {
  const { store } = await birth({
    name: "Bench pages",
    ...(options.plan ? { plan: options.plan } : {}),
  });
  try {
    measured = await measure(store.url, `store-${store.id}`);
  } finally {
    await remove(store.id);
  }
}
if (options.json) {
  console.log(JSON.stringify({ machine: where, seconds, rounds, ...measured }, null, 2));
} else {
  console.log(
    `Pages of a shop, ${rounds} rounds of ${seconds} s each, latencies in ms, ${measured.bytes} bytes a page\n${where}`,
  );
  for (const connections of levels) {
    const head = ["a second", "of floor", "p50", "p95", "p99"].map((word) => word.padStart(10)).join("");
    console.log(`\n${`${connections} at once`.padEnd(26)}${head}`);
    for (const row of measured.rows.filter((each) => each.connections === connections)) {
      const numbers = [
        row.rate.toFixed(0),
        row.share.toFixed(2),
        row.p50.toFixed(2),
        row.p95.toFixed(2),
        row.p99.toFixed(2),
      ];
      console.log(`${row.name.padEnd(26)}${numbers.map((text) => text.padStart(10)).join("")}`);
    }
  }
}
