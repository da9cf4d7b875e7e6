// Cold create to Ready, beside the floor of the same cluster in the same run, taken in turns.
//
// The floor is what no store can beat: a namespace, one claim and one pod that mounts it, from the
// first request to the pod's being ready. Both are timed here, by the same clock, over HTTP: the floor
// through `kubectl proxy`, the store by the platform's server-sent events. Nothing is installed by this
// program, and everything that it makes it removes.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { cpus, totalmem, release } from "node:os";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "10" },
    plan: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (options.help) {
  console.log("Usage: bench/create [--runs N] [--plan NAME] [--json]\n\nNeeds a running platform: make up.");
  process.exit(0);
}
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${options.runs}: give a whole number from 1 on`);

const kubectl = (...args) => execFileSync("kubectl", args, { encoding: "utf8" });
const souk = new URL(process.env.SOUK_URL ?? "http://souk.localhost");
const token =
  process.env.SOUK_TOKEN ??
  Buffer.from(
    kubectl("get", "secret", "souk-admin", "-n", "souk", "-o", "jsonpath={.data.token}"),
    "base64",
  ).toString();

/** One request; resolves with the response once its head is there. *.localhost is this machine. */
function ask(url, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const local = url.hostname === "localhost" || url.hostname.endsWith(".localhost");
    const sent = request(
      {
        method,
        host: local ? "127.0.0.1" : url.hostname,
        port: url.port || 80,
        path: url.pathname + url.search,
        headers: { host: url.host, ...headers },
      },
      resolve,
    );
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function json(url, options) {
  const response = await ask(url, options);
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  if (response.statusCode >= 300)
    throw new Error(`${options?.method ?? "GET"} ${url} answered ${response.statusCode}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}

const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
const api = (path, options = {}) => json(new URL(path, souk), { ...options, headers });

/** Lines of a response until `wanted` returns something; the connection is closed then. */
async function firstLine(response, wanted) {
  for await (const line of createInterface({ input: response })) {
    const found = wanted(line);
    if (found !== undefined) {
      response.destroy();
      return found;
    }
  }
  throw new Error("the stream ended before what was waited for");
}

/** From the request for a store to the message that it is Ready. */
async function birth(number) {
  const stream = await ask(new URL("/api/events", souk), { headers: { ...headers, accept: "text/event-stream" } });
  if (stream.statusCode !== 200) throw new Error(`the events answered ${stream.statusCode}`);
  let id;
  const ready = firstLine(stream, (line) => {
    if (!line.startsWith("data:") || !line.includes('"phase"')) return undefined;
    const store = JSON.parse(line.slice(5));
    if (store.id !== id) return undefined;
    if (store.phase === "Failed") throw new Error(`store ${id} failed: ${store.message}`);
    return store.phase === "Ready" ? store : undefined;
  });
  const began = performance.now();
  const body = { name: `Bench ${number}`, ...(options.plan ? { plan: options.plan } : {}) };
  id = (await api("/api/stores", { method: "POST", body })).id;
  const store = await ready;
  const seconds = (performance.now() - began) / 1000;
  const steps = {};
  let before = Date.parse(store.createdAt);
  for (const step of store.operation.steps) {
    const end = Date.parse(step.finishedAt);
    steps[step.name] = Math.max(0, end - before) / 1000;
    before = Math.max(before, end);
  }
  await api(`/api/stores/${id}`, { method: "DELETE" });
  await gone(id);
  return { seconds, steps };
}

async function gone(id) {
  const stream = await ask(new URL("/api/events", souk), { headers: { ...headers, accept: "text/event-stream" } });
  const { phase } = await api(`/api/stores/${id}`).catch(() => ({ phase: "Deleted" }));
  if (phase === "Deleted") return stream.destroy();
  return firstLine(stream, (line) => {
    if (!line.startsWith("data:") || !line.includes(id)) return undefined;
    const store = JSON.parse(line.slice(5));
    return store.id === id && store.phase === "Deleted" ? true : undefined;
  });
}

/** From the request for a namespace to a ready pod in it that mounts a new volume. */
async function floor(cluster, image, number) {
  const namespace = `souk-bench-${process.pid}-${number}`;
  const make = (path, body) =>
    json(new URL(path, cluster), { method: "POST", headers: { "content-type": "application/json" }, body });
  const inside = `/api/v1/namespaces/${namespace}`;
  const began = performance.now();
  await make("/api/v1/namespaces", { metadata: { name: namespace, labels: { "souk.dev/bench": "create" } } });
  await make(`${inside}/persistentvolumeclaims`, {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "64Mi" } } },
  });
  await make(`${inside}/pods`, {
    metadata: { name: "floor" },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "floor",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["sleep", "3600"],
          volumeMounts: [{ name: "data", mountPath: "/floor" }],
        },
      ],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
    },
  });
  const watch = await ask(new URL(`${inside}/pods?watch=true`, cluster));
  await firstLine(watch, (line) => {
    const ready = JSON.parse(line).object.status?.conditions?.find((condition) => condition.type === "Ready");
    return ready?.status === "True" ? true : undefined;
  });
  const seconds = (performance.now() - began) / 1000;
  kubectl("delete", "namespace", namespace, "--wait=true", "--timeout=120s");
  return seconds;
}

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
/** The value that `share` of the numbers do not exceed, between two of them where it falls there. */
function quantile(numbers, share) {
  const order = sorted(numbers);
  const at = (order.length - 1) * share;
  const low = order[Math.floor(at)];
  return low + (order[Math.ceil(at)] - low) * (at - Math.floor(at));
}
const summary = (numbers) => ({
  min: Math.min(...numbers),
  median: quantile(numbers, 0.5),
  p95: quantile(numbers, 0.95),
});

const proxy = spawn("kubectl", ["proxy", "--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => proxy.kill());
const [line] = await once(createInterface({ input: proxy.stdout }), "line");
const cluster = new URL(`http://${/127\.0\.0\.1:\d+/.exec(line)[0]}`);

const platform = await api("/api/platform");
const namespaces = (await api("/api/stores?limit=1")).total;
const image = kubectl("get", "configmap", "souk", "-n", "souk", "-o", "jsonpath={.data.SOUK_IMAGE_DATABASE}");
const floors = [];
const births = [];
for (let number = 1; number <= runs; number += 1) {
  floors.push(await floor(cluster, image, number));
  births.push(await birth(number));
  console.error(
    `run ${number} of ${runs}: floor ${floors.at(-1).toFixed(2)} s, store ${births.at(-1).seconds.toFixed(2)} s`,
  );
}
proxy.kill();

const stores = summary(births.map((each) => each.seconds));
const bottom = summary(floors);
const steps = Object.fromEntries(
  Object.keys(births[0].steps).map((name) => [name, summary(births.map((each) => each.steps[name]))]),
);
const machine = `${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Kubernetes ${platform.cluster.version}, ${namespaces} other stores`;

if (options.json) {
  console.log(JSON.stringify({ runs, machine, floor: bottom, store: stores, steps, floors, births }, null, 2));
} else {
  const row = (name, { min, median, p95 }) =>
    console.log(`${name.padEnd(28)}${[min, median, p95].map((value) => value.toFixed(2).padStart(9)).join("")}`);
  const difference = (a, b) => ({ min: a.min - b.min, median: a.median - b.median, p95: a.p95 - b.p95 });
  console.log(`Cold create to Ready, ${runs} runs, seconds\n${machine}\n`);
  console.log(`${"".padEnd(28)}${["min", "median", "p95"].map((word) => word.padStart(9)).join("")}`);
  row("store", stores);
  row("floor: bare pod and volume", bottom);
  row("difference", difference(stores, bottom));
  console.log(
    `${"ratio".padEnd(28)}${["min", "median", "p95"].map((at) => (stores[at] / bottom[at]).toFixed(2).padStart(9)).join("")}\n`,
  );
  console.log("of it, by step");
  for (const [name, numbers] of Object.entries(steps)) row(`  ${name}`, numbers);
}
