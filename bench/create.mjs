// Cold create to Ready, beside the floor of the same cluster in the same run, taken in turns.
//
// The floor is what no store can beat: a namespace, one claim and one pod that mounts it, from the
// first request to the pod's being ready. Both are timed here, by the same clock, over HTTP: the floor
// through `kubectl proxy`, the store by the platform's server-sent events. Nothing is installed by this
// program, and everything that it makes it removes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { sorted } from "./common.mjs";
import { ask, birth, firstLine, json, kubectl, machine, remove } from "./platform.mjs";

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

/** A store's birth, and how long each step of it was the one at work. */
async function bornStore(number) {
  const { store, seconds } = await birth({
    name: `Bench ${number}`,
    ...(options.plan ? { plan: options.plan } : {}),
  });
  const steps = {};
  let before = Date.parse(store.createdAt);
  for (const step of store.operation.steps) {
    const end = Date.parse(step.finishedAt);
    steps[step.name] = Math.max(0, end - before) / 1000;
    before = Math.max(before, end);
  }
  await remove(store.id);
  return { seconds, steps };
}

/** From the request for a namespace to a ready pod in it that mounts a new volume. */
async function floor(cluster, image, number) {
  const namespace = `souk-bench-${process.pid}-${number}`;
  const make = (path, body) =>
    json(new URL(path, cluster), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
  const inside = `/api/v1/namespaces/${namespace}`;
  const began = performance.now();
  await make("/api/v1/namespaces", {
    metadata: { name: namespace, labels: { "souk.dev/bench": "create" } },
  });
  await make(`${inside}/persistentvolumeclaims`, {
    metadata: { name: "data" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "64Mi" } },
    },
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

const proxy = spawn("kubectl", ["proxy", "--port=0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => proxy.kill());
const [line] = await once(createInterface({ input: proxy.stdout }), "line");
const cluster = new URL(`http://${/127\.0\.0\.1:\d+/.exec(line)[0]}`);

const where = await machine();
const image = kubectl("get", "configmap", "souk", "-n", "souk", "-o", "jsonpath={.data.SOUK_IMAGE_DATABASE}");
const floors = [];
const births = [];
for (let number = 1; number <= runs; number += 1) {
  floors.push(await floor(cluster, image, number));
  births.push(await bornStore(number));
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

if (options.json) {
  console.log(
    JSON.stringify(
      {
        runs,
        machine: where,
        floor: bottom,
        store: stores,
        steps,
        floors,
        births,
      },
      null,
      2,
    ),
  );
} else {
  const row = (name, { min, median, p95 }) =>
    console.log(`${name.padEnd(28)}${[min, median, p95].map((value) => value.toFixed(2).padStart(9)).join("")}`);
  const difference = (a, b) => ({
    min: a.min - b.min,
    median: a.median - b.median,
    p95: a.p95 - b.p95,
  });
  console.log(`Cold create to Ready, ${runs} runs, seconds\n${where}\n`);
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
