// kill -9 of the server at every step of a create and of a delete, just before it and just after it:
// the server that starts again goes on, and nothing is there twice or left over.
import { type Store } from "../world/api.ts";
import { execute, helm, list, namespaceOf, namespacesOf, secret } from "../world/cluster.ts";
import { expectNothingLeft, footprint } from "../world/leftovers.ts";
import { frontPage } from "../world/shop.ts";
import type { Server } from "../world/server.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "parallel" });

const creating = ["namespace", "secrets", "release", "database", "storefront", "route", "shop"];
const deleting = ["release", "volumes", "namespace"];
const moments = (kind: string, steps: string[]): string[] =>
  steps.flatMap((step) => ["before", "after"].map((moment) => `${kind}-${step}-${moment}`));

const deaths = moments("delete", deleting);
const births = moments("create", creating);

// One store each: killed in its create and, as long as there are any, at a moment of its delete.
for (const [at, birth] of births.entries()) {
  const death = deaths[at];
  const title = death === undefined ? birth : `${birth}, then at ${death}`;

  test(`killed at ${title}`, async ({ startServer }) => {
    const server = await startServer(`kill-${at}`, {}, { failpoints: `${birth}=return` });
    const store = await server.souk.create({ name: `Killed at ${birth}` });
    await server.ended(120);
    const kept = await secretsOf(store);

    await server.start();
    const ready = await server.souk.waitReady(store.id);
    await frontPage(ready);
    await expectExactlyOne(server, ready);
    for (const [name, data] of Object.entries(kept)) {
      expect(await secret(namespaceOf(store.id), name), `${name} as it was before the kill`).toEqual(data);
    }

    const before = await footprint(store.id);
    if (death !== undefined) {
      await server.stop();
      await server.start({ failpoints: `${death}=return` });
    }
    await server.souk.delete(store.id);
    if (death !== undefined) {
      await server.ended(120);
      await server.start();
    }
    await server.souk.waitGone(store.id);
    await expectNothingLeft(store.id, before);
    expect(await namespacesOf(server.platformId)).toEqual([]);
  });
}

// From outside, at whatever it is doing at that moment: helm at work, pods starting.
for (const step of ["release", "storefront"]) {
  test(`killed from outside while step ${step} runs`, async ({ startServer }) => {
    const server = await startServer(`kill-outside-${step}`);
    const store = await server.souk.create({ name: `Killed during ${step}` });
    await server.souk.waitFor(store.id, `at step ${step}`, 120, ({ operation }) =>
      Boolean(operation?.steps.some((each) => each.name === step && each.state !== "pending")),
    );
    await server.stop("SIGKILL");
    await server.start();
    const ready = await server.souk.waitReady(store.id);
    await expectExactlyOne(server, ready);

    const before = await footprint(store.id);
    await server.souk.delete(store.id);
    await server.stop("SIGKILL");
    await server.start();
    await server.souk.waitGone(store.id);
    await expectNothingLeft(store.id, before);
  });
}

test("told to stop in the middle of a create, it hands the work over to its successor", async ({ startServer }) => {
  const server = await startServer("stop-politely");
  const store = await server.souk.create({ name: "Handed over" });
  await server.souk.waitFor(store.id, "at step release", 120, ({ operation }) =>
    Boolean(operation?.steps.some((each) => each.name === "release" && each.state === "running")),
  );
  await server.stop("SIGTERM");
  await server.start();
  await expectExactlyOne(server, await server.souk.waitReady(store.id));
});

/** The secrets that exist already: what was generated once has to stay. */
async function secretsOf(store: Store): Promise<Record<string, Record<string, string>>> {
  const found: Record<string, Record<string, string>> = {};
  for (const name of ["store-admin", "store-database", "store-keys"]) {
    const there = await execute("kubectl", ["get", "secret", name, "-n", namespaceOf(store.id), "-o", "name"]);
    if (there.code === 0) found[name] = await secret(namespaceOf(store.id), name);
  }
  return found;
}

/** One namespace, one deployed release, one of each of the chart's objects, one row. */
async function expectExactlyOne(server: Server, store: Store): Promise<void> {
  const namespace = namespaceOf(store.id);
  expect((await namespacesOf(server.platformId)).map((each) => each.metadata.name)).toEqual([namespace]);
  const releases = JSON.parse(await helm(["list", "-n", namespace, "-o", "json"])) as {
    name: string;
    status: string;
  }[];
  expect(releases.map(({ name, status }) => ({ name, status }))).toEqual([{ name: "store", status: "deployed" }]);

  const names = async (kind: string): Promise<string[]> =>
    (await list(kind, "-n", namespace)).map((thing) => thing.metadata.name).sort();
  expect(await names("deployments")).toEqual(["shop"]);
  expect(await names("statefulsets")).toEqual(["database"]);
  expect(await names("services")).toEqual(["database", "shop"]);
  expect(await names("ingresses")).toEqual(["shop"]);
  expect(await names("persistentvolumeclaims")).toEqual(["content", "data-database-0"]);
  expect((await footprint(store.id)).volumes).toHaveLength(2);
  await until("one pod each of shop and database", 60, async () => {
    const pods = await list("pods", "-n", namespace);
    const components = pods.map((pod) => pod.metadata.labels?.["app.kubernetes.io/component"]).sort();
    if (components.join() !== "database,shop") throw new NotYet(`There are ${components.join() || "none"}.`);
  });
  const told = await server.souk.stores("?limit=100");
  expect(told.items.map((each) => each.id)).toEqual([store.id]);
}
