// The objects of one store as a real API server lists them, with its id, address and platform taken out:
// `OBJECTS`, from which `cluster.mjs` makes as many stores as are wanted. What Secrets hold is left out.
//
// With --compare nothing is written: every list that Souk watches is asked of both, the real API server and
// a simulated one of one store, in pages and as a watch, and the two have to have the same shape: the
// same fields at the same places, whatever is in them.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { OBJECTS, WATCHED, simulate } from "./cluster.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { compare: { type: "boolean", default: false } },
});
const [id] = positionals;
if (!/^s[a-z2-7]{10}$/.test(id ?? "")) throw new Error("name a store by its id, such as sabcdefghij");
const namespace = `store-${id}`;

const proxy = spawn("kubectl", ["proxy", "--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => proxy.kill());
const [line] = await once(createInterface({ input: proxy.stdout }), "line");
const real = `http://${/127\.0\.0\.1:\d+/.exec(line)[0]}`;

const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
async function list(server, { path, selector, fields, metadata }, more = {}) {
  const query = new URLSearchParams({ ...more });
  if (selector !== undefined) query.set("labelSelector", selector);
  if (fields !== undefined) query.set("fieldSelector", fields);
  const answer = await fetch(`${server}${path}?${query}`, {
    headers: { accept: metadata ? METADATA : "application/json" },
  });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
const belongs = (object) =>
  object.metadata.namespace === namespace ||
  object.metadata.name === namespace ||
  object.spec?.claimRef?.namespace === namespace;

/** The fields of an answer, `[]` for the members of lists; names that are data are one field. */
function shape(value, at = "", found = new Set()) {
  if (Array.isArray(value)) for (const item of value) shape(item, `${at}[]`, found);
  else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      const data = /fieldsV1|annotations|labels|matchLabels|\.(hard|used|limits|requests|capacity)$/.test(at);
      shape(inner, data ? `${at}.*` : `${at}.${key}`, found);
    }
  } else found.add(`${at}: ${value === null ? "null" : typeof value}`);
  return found;
}

if (options.compare) {
  const { port } = await simulate({ stores: 1 });
  let different = 0;
  for (const kind of WATCHED) {
    const [theirs, ours] = await Promise.all([list(real, kind), list(`http://127.0.0.1:${port}`, kind)]);
    theirs.items = theirs.items.filter((object) => kind.cluster || belongs(object));
    const [a, b] = [shape(theirs), shape(ours)];
    const missing = [...a].filter((field) => !b.has(field) && !/remainingItemCount|continue/.test(field));
    const invented = [...b].filter((field) => !a.has(field) && !/remainingItemCount|continue/.test(field));
    const count = theirs.items.length === ours.items.length ? "" : ` ${theirs.items.length} != ${ours.items.length}`;
    different += missing.length + invented.length + (count === "" ? 0 : 1);
    console.log(`${missing.length + invented.length === 0 && count === "" ? "same" : "DIFFERENT"} ${kind.path}${count}`);
    for (const field of missing) console.log(`  only real: ${field}`);
    for (const field of invented) console.log(`  only simulated: ${field}`);
  }
  process.exit(different === 0 ? 0 : 1);
} else {
  const slug = execFileSync("kubectl", [
    ...["get", "ingress", "-n", namespace, "-o", "jsonpath={.items[0].spec.rules[0].host}"],
  ]).toString();
  const kinds = [];
  for (const kind of WATCHED) {
    const { kind: name, apiVersion, items } = await list(real, { ...kind, metadata: kind.metadata });
    const mine = items.filter((object) => kind.cluster || belongs(object));
    kinds.push({ path: kind.path, selector: kind.selector, fields: kind.fields, kind: name, apiVersion, items: mine });
  }
  // Without what a release made, noted on it, every store would look as if it had been changed by somebody.
  const noted = kinds.some(({ items }) => items.some(({ metadata }) => metadata.annotations?.["souk.dev/objects"]));
  if (!noted) throw new Error("the store is not at rest: take one that has been Ready for a minute");
  const platform = kinds[0].items[0].metadata.labels["souk.dev/platform"];
  const uid = kinds[0].items[0].metadata.uid;
  const text = JSON.stringify(kinds, null, 1)
    .replaceAll(uid, "%UID%")
    .replaceAll(id, "%ID%")
    .replaceAll(slug, "%HOST%")
    .replaceAll(platform, "%PLATFORM%");
  mkdirSync(dirname(OBJECTS), { recursive: true });
  writeFileSync(OBJECTS, `${text}\n`);
  console.log(`${OBJECTS}: ${kinds.flatMap((kind) => kind.items).length} objects, ${readFileSync(OBJECTS).length} bytes`);
}

process.exit(0);
