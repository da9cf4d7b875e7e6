// kill -9 of the server at every step of a create and of a delete, just before it and just after it:
// the server that starts again goes on, and nothing is there twice or left over.
import { type Store } from "../world/api.ts";
import { helm, list, namespaceOf, namespacesOf, secretIfAny } from "../world/cluster.ts";
import { expectNothingLeft, footprint } from "../world/leftovers.ts";
import { frontPage } from "../world/shop.ts";
import type { Server } from "../world/server.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "parallel" });

const creating = ["namespace", "secrets", "release", "database", "storefront", "route", "shop"];
const deleting = ["release", "volumes", "namespace"];

// One store each: its server dies at every step in turn, so each death meets what all earlier ones have left.
for (const moment of ["before", "after"]) {
  test(`killed just ${moment} each step of a create and of a delete`, async ({ startServer }) => {
    const deaths = (kind: string, steps: string[]) => steps.map((step) => `${kind}-${step}-${moment}=return`);
    const [birth = "", ...births] = deaths("create", creating);
    const server = await startServer(`kill-${moment}`, {}, { failpoints: birth });
    const store = await server.souk.create({ name: `Killed ${moment} each step` });
    const kept: Secrets = {};
    for (const failpoints of [...births, ""]) {
      await server.ended(120);
      Object.assign(kept, { ...(await secretsOf(store)), ...kept });
      await server.start({ failpoints });
    }
    const ready = await server.souk.waitReady(store.id);
    await frontPage(ready);
    await expectExactlyOne(server, ready);
    expect(await secretsOf(store), "secrets as they were when they were first seen").toEqual(kept);

    const before = await footprint(store.id);
    const [death = "", ...rest] = deaths("delete", deleting);
    await server.stop();
    await server.start({ failpoints: death });
    await server.souk.delete(store.id);
    for (const failpoints of [...rest, ""]) {
      await server.ended(120);
      await server.start({ failpoints });
    }
    await server.souk.waitGone(store.id);
    await expectNothingLeft(store.id, before);
    expect(await namespacesOf(server.platformId)).toEqual([]);
  });
}

test("killed from outside while helm runs, while pods start, and in a delete", async ({ startServer }) => {
  const server = await startServer("kill-outside");
  const store = await server.souk.create({ name: "Killed from outside" });
  for (const step of ["release", "storefront"]) {
    await server.souk.waitFor(store.id, `at step ${step}`, 120, ({ operation }) =>
      Boolean(operation?.steps.some((each) => each.name === step && each.state !== "pending")),
    );
    await server.stop("SIGKILL");
    await server.start();
  }
  const ready = await server.souk.waitReady(store.id);
  await expectExactlyOne(server, ready);

  const before = await footprint(store.id);
  await server.souk.delete(store.id);
  await server.stop("SIGKILL");
  await server.start();
  await server.souk.waitGone(store.id);
  await expectNothingLeft(store.id, before);
});

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

type Secrets = Record<string, Record<string, string>>;

/** The secrets that exist already: what was generated once has to stay. */
async function secretsOf(store: Store): Promise<Secrets> {
  const found: Secrets = {};
  for (const name of ["store-admin", "store-database", "store-keys"]) {
    const there = await secretIfAny(namespaceOf(store.id), name);
    if (there) found[name] = there;
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
    (await list(kind, { namespace })).map((thing) => thing.metadata.name).sort();
  expect(await names("deployments")).toEqual(["shop"]);
  expect(await names("statefulsets")).toEqual(["database"]);
  expect(await names("services")).toEqual(["database", "shop"]);
  expect(await names("ingresses")).toEqual(["shop"]);
  expect(await names("persistentvolumeclaims")).toEqual(["content", "data-database-0"]);
  expect((await footprint(store.id)).volumes).toHaveLength(2);
  await until("one pod each of shop and database", 60, async () => {
    const pods = await list("pods", { namespace });
    const components = pods.map((pod) => pod.metadata.labels?.["app.kubernetes.io/component"]).sort();
    if (components.join() !== "database,shop") throw new NotYet(`There are ${components.join() || "none"}.`);
  });
  const told = await server.souk.stores("?limit=100");
  expect(told.items.map((each) => each.id)).toEqual([store.id]);
}
