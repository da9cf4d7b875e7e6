// A suspended store has no pods and keeps everything else; its address shows a page, a visit wakes it, and it is the
// shop that it was. The server is a process outside of the cluster, so a Service of the test's own leads to it.
import type { Store } from "../world/api.ts";
import { kubectl, list, namespaceOf } from "../world/cluster.ts";
import { type Response, request } from "../world/http.ts";
import { expectNothingLeft, footprint, runLabel } from "../world/leftovers.ts";
import { Server, freePort } from "../world/server.ts";
import { run } from "../world/settings.ts";
import { decoded, frontPage, placeOrder, rows } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "serial" });

const place = `asleep-${run}`;
const name = `Käse & "Co" <Asleep>`;

let server: Server;
let store: Store;

/** A Service in a namespace of its own that leads to a port of this machine, as the platform's leads to its pods. */
async function leadTo(port: number): Promise<void> {
  interface Node {
    status: { addresses: { type: string; address: string }[] };
  }
  const nodes = JSON.parse(await kubectl(["get", "nodes", "-o", "json"])) as { items: Node[] };
  const address = nodes.items[0]?.status.addresses.find((each) => each.type === "InternalIP")?.address;
  const metadata = { name: "souk", namespace: place };
  const labels = { "kubernetes.io/service-name": "souk" };
  const things = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: place, labels: { [runLabel]: run } } },
    { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ name: "http", port: 80, targetPort: port }] } },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...metadata, labels },
      addressType: "IPv4",
      ports: [{ name: "http", port, protocol: "TCP" }],
      endpoints: [{ addresses: [address] }],
    },
  ];
  await kubectl(["apply", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items: things }) });
}

test.beforeAll(async () => {
  const port = await freePort();
  await leadTo(port);
  const settings = { SOUK_LISTEN: `0.0.0.0:${port}`, SOUK_SLEEPING_SERVICE: `${place}/souk` };
  server = await Server.make("asleep", settings, {}, port);
  store = await server.souk.create({ name, plan: "small" });
  store = await server.souk.waitReady(store.id);
});

test.afterAll(async () => {
  await server.remove();
  await kubectl(["delete", "namespace", place, "--ignore-not-found", "--wait=false"]);
});

const ask = async (verb: "suspend" | "resume"): Promise<Store> =>
  (await server.souk.ask("POST", `/api/stores/${store.id}:${verb}`)).expecting(202).json<Store>();

const suspended = (): Promise<Store> =>
  server.souk.waitFor(store.id, "suspended", 120, ({ phase }) => phase === "Suspended");

/** The page under the shop's address, once the ingress controller has heard where it leads. */
const page = (headers: Record<string, string>): Promise<{ response: Response; text: string }> =>
  until("the page of a shop that sleeps", 30, async () => {
    const response = await request(`${store.url}/`, { headers });
    const text = await response.text();
    if (response.status !== 503 || !text.includes("<main>")) {
      throw new NotYet(`${store.url}/ answers ${response.status}: ${text.slice(0, 100)}`);
    }
    return { response, text };
  });

const browser = { accept: "text/html", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };

test("a suspended store keeps its volumes and its data, and a visit wakes it", async () => {
  const order = store.ordersPossible ? await placeOrder(store.url) : null;
  const claims = await list("persistentvolumeclaims", { namespace: namespaceOf(store.id) });
  await ask("suspend");
  store = await suspended();
  expect(store.conditions.filter(({ status }) => status === "False")).toEqual([]);
  expect(await list("pods", { namespace: namespaceOf(store.id) })).toEqual([]);
  const kept = await list("persistentvolumeclaims", { namespace: namespaceOf(store.id) });
  expect(kept.map(({ metadata }) => metadata.uid)).toEqual(claims.map(({ metadata }) => metadata.uid));

  const probe = await page({ "user-agent": "curl/8" });
  expect(decoded(probe.text)).toContain(name);
  expect(probe.response.headers.get("retry-after")).toBe("3600");
  const api = await request(`${store.url}/api/platform`);
  expect(await api.text(), "no part of Souk is behind a shop's address").not.toContain("baseDomain");
  expect((await server.souk.store(store.id)).phase, "a program wakes nobody").toBe("Suspended");

  const visit = await page(browser);
  expect(visit.text).toContain('http-equiv="refresh"');
  store = await server.souk.waitReady(store.id);
  expect(store.operation?.kind).toBe("resume");
  expect(decoded(await frontPage(store))).toContain(name);
  if (order) {
    const found = await rows(store.id, `select id, status from wp_wc_orders where id = ${order.id};`);
    expect(found).toHaveLength(1);
  }
  const log = await server.souk.get<{ items: { action: string; actor: string }[] }>("/api/stores/audit/log");
  expect(log.items.filter(({ action }) => action === "store.resume").map(({ actor }) => actor)).toEqual([
    "system:visit",
  ]);
});

test("nothing is left of a store that is deleted while it is suspended", async () => {
  const before = await footprint(store.id);
  await ask("suspend");
  await suspended();
  await page({});
  await server.souk.delete(store.id);
  await server.souk.waitGone(store.id);
  await expectNothingLeft(store.id, before);
  await until("the page's Ingress gone", 30, async () => {
    const left = await list("ingresses", { namespace: place });
    if (left.length > 0) throw new NotYet(`${left.length} are there`);
  });
});
