// An API server and a front door of as many stores as are wanted, without anything behind them.
//
// It answers what Souk asks of a cluster that rests: its version, lists in pages, watches, what pods use, and the Secret
// with the token of a shop's own check. Its objects are those of a real store (written by `capture` into the cache folder), once
// for each store. Whatever else is asked is answered with 404, and counted: a server that writes to it does not
// measure what it should. The front door answers as a shop does that is well.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PLATFORM, hostOf, idOf, numberOf, uidOf } from "./names.mjs";

const cache = process.env.SOUK_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "souk");
export const OBJECTS = join(cache, "bench/objects.json");

/** What Souk watches: `kube/watch.rs`. `cluster` marks what belongs to no store. */
const ours = { selector: "souk.dev/store" };
export const WATCHED = [
  { path: "/api/v1/namespaces", selector: `souk.dev/platform` },
  { path: "/api/v1/secrets", ...ours, fields: "type=Opaque", metadata: true },
  { path: "/api/v1/secrets", selector: "owner=helm,name=store", metadata: true },
  { path: "/apis/apps/v1/deployments", ...ours },
  { path: "/apis/apps/v1/statefulsets", ...ours },
  { path: "/api/v1/pods", ...ours },
  { path: "/api/v1/persistentvolumeclaims", ...ours },
  { path: "/apis/networking.k8s.io/v1/ingresses", ...ours },
  { path: "/api/v1/services", ...ours, metadata: true },
  { path: "/apis/networking.k8s.io/v1/networkpolicies", ...ours, metadata: true },
  { path: "/api/v1/resourcequotas", ...ours, metadata: true },
  { path: "/api/v1/limitranges", ...ours, metadata: true },
  { path: "/api/v1/serviceaccounts", ...ours, metadata: true },
  { path: "/api/v1/persistentvolumes" },
  { path: "/apis/storage.k8s.io/v1/storageclasses", cluster: true },
  { path: "/apis/networking.k8s.io/v1/ingressclasses", cluster: true },
];

const VERSION = "1000";

/** What the pods of a store use, as the metrics server tells it: always all of it, whatever page is asked for. */
const USAGE = {
  path: "/apis/metrics.k8s.io/v1beta1/pods",
  kind: "PodMetricsList",
  apiVersion: "metrics.k8s.io/v1beta1",
  items: [
    ["shop", "shop-6d5f8c9b7-abcde", [["nginx", "1234567n", "9216Ki"], ["php", "4567890n", "101376Ki"]]],
    ["database", "database-0", [["mariadb", "2345678n", "88064Ki"]]],
  ].map(([component, name, containers]) =>
    JSON.stringify({
      metadata: {
        ...{ name, namespace: "store-%ID%", creationTimestamp: "2026-01-01T00:00:00Z" },
        labels: { "app.kubernetes.io/component": component, "souk.dev/store": "%ID%", "souk.dev/platform": "%PLATFORM%" },
      },
      ...{ timestamp: "2026-01-01T00:00:00Z", window: "15s" },
      containers: containers.map(([name, cpu, memory]) => ({ name, usage: { cpu, memory } })),
    }),
  ),
  whole: true,
};

/** The lists by path and selectors, each object as text with marks for what differs. */
function templates() {
  const lists = new Map();
  const kinds = JSON.parse(readFileSync(OBJECTS, "utf8"));
  for (const [at, kind] of kinds.entries()) {
    const { path, fields = "", cluster = false } = WATCHED[at];
    const key = `${path}|${path.endsWith("/secrets") ? fields : ""}`;
    const items = kind.items.map((item) => JSON.stringify(item));
    lists.set(key, { kind: kind.kind, apiVersion: kind.apiVersion, items, cluster });
  }
  return lists.set(`${USAGE.path}|`, USAGE);
}

function filled(text, number) {
  return text
    .replaceAll("%ID%", idOf(number))
    .replaceAll("%UID%", uidOf(number))
    .replaceAll("%HOST%", hostOf(number))
    .replaceAll("%PLATFORM%", PLATFORM);
}

/** Serves `stores` stores; `counts` tells what was asked. */
export async function simulate({ stores }) {
  const lists = templates();
  const counts = { lists: 0, watches: 0, secrets: 0, checks: 0, pages: 0, unknown: [] };

  function list(response, { kind, apiVersion, items, cluster, whole }, query) {
    counts.lists += 1;
    const total = items.length * (cluster ? 1 : stores);
    const begin = Number(query.get("continue") ?? 0);
    const limit = whole ? 0 : Number(query.get("limit") ?? 0);
    const end = Math.min(total, begin + (limit || total));
    const metadata = { resourceVersion: VERSION };
    if (end < total) Object.assign(metadata, { continue: String(end), remainingItemCount: total - end });
    response.setHeader("content-type", "application/json");
    response.write(`{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`);
    for (let at = begin; at < end; at += 1) {
      const item = items[at % items.length];
      response.write(`${at === begin ? "" : ","}${cluster ? item : filled(item, Math.floor(at / items.length))}`);
    }
    response.end("]}\n");
  }

  function watch(response, query) {
    counts.watches += 1;
    response.setHeader("content-type", "application/json");
    response.flushHeaders();
    const end = setTimeout(() => response.end(), Number(query.get("timeoutSeconds") ?? 290) * 1000);
    response.on("close", () => clearTimeout(end));
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url, "http://cluster");
    const fields = pathname.endsWith("/secrets") ? (query.get("fieldSelector") ?? "") : "";
    const found = lists.get(`${pathname}|${fields}`);
    if (request.method === "GET" && pathname === "/version") {
      response.setHeader("content-type", "application/json");
      return response.end('{"major":"1","minor":"34","gitVersion":"v1.34.4","gitCommit":"","gitTreeState":"clean","buildDate":"2026-01-01T00:00:00Z","goVersion":"go1.26.0","compiler":"gc","platform":"linux/amd64"}');
    }
    if (request.method === "GET" && found && query.get("watch") === "true") return watch(response, query);
    if (request.method === "GET" && found) return list(response, found, query);
    const secret = /^\/api\/v1\/namespaces\/store-([a-z0-9]+)\/secrets\/store-keys$/.exec(pathname);
    if (request.method === "GET" && secret) {
      counts.secrets += 1;
      response.setHeader("content-type", "application/json");
      const data = { seed: Buffer.from("seed").toString("base64"), "check-token": Buffer.from("t").toString("base64") };
      const metadata = { name: "store-keys", namespace: `store-${secret[1]}` };
      return response.end(JSON.stringify({ kind: "Secret", apiVersion: "v1", metadata, type: "Opaque", data }));
    }
    counts.unknown.push(`${request.method} ${request.url}`);
    response.writeHead(404, { "content-type": "application/json" });
    return response.end('{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","reason":"NotFound","message":"not simulated","code":404}');
  });

  const door = createServer((request, response) => {
    const host = request.headers.host ?? "";
    const number = numberOf(host);
    if (number === undefined || number >= stores) {
      response.writeHead(404);
      return response.end("404 page not found\n");
    }
    response.setHeader("x-souk-store", idOf(number));
    if (request.url === "/.well-known/souk/check") {
      counts.checks += 1;
      response.setHeader("content-type", "application/json");
      return response.end('{"ok":true,"orders":true,"versions":{},"checks":[]}');
    }
    counts.pages += 1;
    return response.end("<!doctype html><title>Shop</title>\n");
  });
  const listening = (it) => new Promise((resolve) => it.listen(0, "127.0.0.1", () => resolve(it.address().port)));
  return { server, counts, port: await listening(server), doorPort: await listening(door) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { counts, port, doorPort } = await simulate({ stores: Number(process.argv[2]) });
  process.send({ port, doorPort });
  // Tells what was asked since the last time that it was told.
  process.on("message", () => {
    process.send({ ...counts, unknown: counts.unknown.slice(0, 5), others: counts.unknown.length });
    Object.assign(counts, { lists: 0, watches: 0, secrets: 0, checks: 0, pages: 0, unknown: [] });
  });
  process.on("disconnect", () => process.exit());
}
