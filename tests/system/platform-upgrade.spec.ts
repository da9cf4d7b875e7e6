// The platform itself, in several replicas on a PostgreSQL of its own: it is upgraded and rolled back in the middle of a
// create, counted by an autoscaler, taken away and installed again, and nobody notices but by its absence.
import { mkdirSync } from "node:fs";
import { Souk, type Store } from "../world/api.ts";
import { execute, helm, kubectl, list, namespaceOf, type Thing } from "../world/cluster.ts";
import { dump } from "../world/dump.ts";
import { expectNothingLeft, footprint, removePlatform } from "../world/leftovers.ts";
import { Place, type Values } from "../world/platform.ts";
import { images } from "../world/settings.ts";
import { frontPage } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";
import { expecting, Traffic } from "../world/traffic.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "serial" });

const place = new Place("upgrade");
const { namespace } = place;
const values: Values = { database: { type: "postgres" }, replicas: 2, persistence: { keep: true, size: "1Gi" } };
const server = { namespace, labels: "app.kubernetes.io/component=server" };
const key = `upgrade-${namespace}`;
let souk: Souk;
const stores: Store[] = [];

test.beforeAll(async () => {
  await place.prepare();
  await place.upgrade(values);
  const { url, token } = await place.answering();
  souk = new Souk(url, token);
});

test.afterEach(async ({}, info) => {
  if (info.status === info.expectedStatus) return;
  mkdirSync(info.outputDir, { recursive: true });
  await dump(namespace, info.outputDir, namespace);
});

test.afterAll(() => removePlatform(namespace));

test("an upgrade in the middle of a create rolls every replica, and no request fails", async () => {
  const store = await create("Born in an upgrade");
  await atRelease(store);
  await expectSilentRoll(store, () => place.upgrade({ ...values, log: { level: "info,souk=trace" } }));
  await expectReady(store);
});

test("a rollback in the middle of a create rolls every replica, and no request fails", async () => {
  expect(await setting("RUST_LOG")).toBe("info,souk=trace");
  const store = await create("Born in a rollback");
  await atRelease(store);
  await expectSilentRoll(store, () => helm(["rollback", "souk", "-n", namespace, "--wait", "--timeout", "3m"]));
  expect(await setting("RUST_LOG")).toBe("info,souk=debug");
  for (const each of stores) await expectReady(each);
});

test("the autoscaler reads the replicas' processor time and takes them over", async () => {
  const metrics = await execute("kubectl", ["get", "apiservice", "v1beta1.metrics.k8s.io", "-o", "name"]);
  test.skip(metrics.code !== 0, "this cluster has no metrics-server");
  await place.upgrade({ ...values, autoscaling: { enabled: true, min: 2, max: 3, targetCPU: 900 } });
  await until("a measured share of processor time", 180, async () => {
    const [scaler] = await list<Autoscaler>("horizontalpodautoscalers", { namespace });
    const { currentMetrics, conditions, desiredReplicas } = scaler?.status ?? {};
    const share = currentMetrics?.[0]?.resource?.current.averageUtilization;
    const active = conditions?.find((each) => each.type === "ScalingActive");
    if (share === undefined || active?.status !== "True") throw new NotYet(active?.message ?? "It has no status.");
    expect(desiredReplicas).toBeGreaterThanOrEqual(2);
  });
  await running(2);
  await place.upgrade(values);
});

test("nobody but Souk reaches its database", async () => {
  const probe = await reach("probe", ["pg_isready", "-h", "souk-postgres", "-t", "5"]);
  expect(probe, "souk-postgres:5432").toContain("no response");
});

test("another database is refused while stores are kept in this one", async () => {
  const attempt = place.upgrade({ ...values, database: { type: "sqlite" }, replicas: 1 }, "--dry-run=server");
  await expect(attempt).rejects.toThrow("database.type is sqlite, but this platform keeps its stores in postgres");
});

test("taken away and installed again, it finds its stores; the shops went on meanwhile", async () => {
  const before = await Promise.all(stores.map(({ id }) => souk.store(id)));
  const passwords = await Promise.all(stores.map(({ id }) => souk.credentials(id)));
  await helm(["uninstall", "souk", "-n", namespace, "--wait"]);
  await until("no pod of the platform", 180, async () => {
    const left = await list("pods", { namespace });
    if (left.length > 0) throw new NotYet(left.map((pod) => pod.metadata.name).join());
  });
  for (const store of stores) await frontPage(store);

  await place.upgrade(values);
  const { token } = await place.answering();
  expect(token, "the admin's token").toBe(souk.token);
  const told = await souk.stores("?limit=100");
  expect(told.items.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
  for (const store of before) await expectReady(store);
  expect(await Promise.all(stores.map(({ id }) => souk.credentials(id)))).toEqual(passwords);

  const [first] = stores as [Store];
  const left = await footprint(first.id);
  await souk.delete(first.id);
  await souk.waitGone(first.id);
  await expectNothingLeft(first.id, left);
});

/** Asks for a store by a request that can be sent again: it finds the first one. */
async function create(name: string): Promise<Store> {
  const answer = (await ask(name)).expecting(202);
  const store = answer.json<Store>();
  stores.push(store);
  return store;
}

const ask = (name: string) =>
  souk.ask("POST", "/api/stores", { body: { name }, headers: { "idempotency-key": `${key}-${name}` } });

async function atRelease(store: Store): Promise<void> {
  await souk.waitFor(store.id, "at step release", 120, ({ operation }) =>
    Boolean(operation?.steps.some((step) => step.name === "release" && step.state === "running")),
  );
}

/** Runs `change` under traffic until every server pod is another one: no request may have failed. */
async function expectSilentRoll(store: Store, change: () => Promise<unknown>): Promise<void> {
  const old = (await list("pods", server)).map((pod) => pod.metadata.uid);
  expect(old).toHaveLength(2);
  const traffic = new Traffic([
    expecting(200, () => souk.ask("GET", "/api/stores?limit=10")),
    expecting(200, () => souk.ask("GET", `/api/stores/${store.id}`)),
    async () => {
      // The same request as the first time: written down once, however often it comes.
      const again = await ask(store.name);
      const same = again.status === 202 && again.json<Store>().id === store.id;
      return same ? undefined : `${again.asked} answered ${again.status}: ${again.text.slice(0, 200)}`;
    },
  ]);
  try {
    await traffic.further(10);
    await change();
    await until("every old replica gone", 120, async () => {
      const left = (await list("pods", server)).filter((pod) => old.includes(pod.metadata.uid));
      if (left.length > 0) throw new NotYet(left.map((pod) => pod.metadata.name).join());
    });
    await traffic.further(10);
  } finally {
    await traffic.stop();
  }
  expect(traffic.failures, `of ${traffic.count} requests`).toEqual([]);
}

/** The store is ready, served by itself, and made exactly once. */
async function expectReady({ id }: Store): Promise<void> {
  await frontPage(await souk.waitReady(id));
  const releases = JSON.parse(await helm(["list", "-n", namespaceOf(id), "-o", "json"])) as Record<string, string>[];
  expect(releases.map(({ name, status }) => ({ name, status }))).toEqual([{ name: "store", status: "deployed" }]);
}

async function setting(name: string): Promise<string | undefined> {
  const [settings] = await list("configmaps", { namespace, fields: "metadata.name=souk" });
  return settings?.data?.[name];
}

async function running(replicas: number): Promise<void> {
  interface Deployment extends Thing {
    status: { readyReplicas?: number };
  }
  await until(`${replicas} replicas ready`, 120, async () => {
    const [deployment] = await list<Deployment>("deployments", server);
    const ready = deployment?.status.readyReplicas ?? 0;
    if (ready < replicas) throw new NotYet(`${ready} are.`);
  });
}

interface Autoscaler extends Thing {
  status?: {
    desiredReplicas?: number;
    currentMetrics?: { resource?: { current: { averageUtilization?: number } } }[];
    conditions?: { type: string; status: string; message: string }[];
  };
}

/** What a command prints in a pod of the platform's namespace that is no part of the platform. */
async function reach(name: string, command: string[]): Promise<string> {
  const container = {
    name,
    image: images().postgres,
    command,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [container],
    },
  };
  await kubectl(["apply", "-f", "-"], { input: JSON.stringify(pod) });
  try {
    return await until(`the end of the pod ${name}`, 60, async () => {
      const phase = await kubectl(["get", "pod", name, "-n", namespace, "-o", "jsonpath={.status.phase}"]);
      if (!["Succeeded", "Failed"].includes(phase)) throw new NotYet(`It is ${phase}.`);
      return kubectl(["logs", name, "-n", namespace]);
    });
  } finally {
    await kubectl(["delete", "pod", name, "-n", namespace, "--wait=false"]);
  }
}
