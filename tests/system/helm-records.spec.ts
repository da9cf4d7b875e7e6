// Records of a release that somebody left half-done, or deleted: the release is put in order, the shop's data stays.
import type { Store } from "../world/api.ts";
import { kubectl, namespaceOf } from "../world/cluster.ts";
import { isWhole, meddle, newest, pretend, release, statusOf, told, value } from "../world/meddle.ts";
import { Server } from "../world/server.ts";
import { frontPage, rows } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "serial" });

let server: Server;
let store: Store;

test.beforeAll(async () => {
  server = await Server.make("helm-records");
  store = await server.souk.create({ name: "Records" });
  store = await server.souk.waitReady(store.id);
  await rows(store.id, "CREATE TABLE kept (word VARCHAR(20)); INSERT INTO kept VALUES ('here');");
  store = await server.souk.waitFor(store.id, "noted as it was made", 30, isWhole);
});

test.afterAll(async () => {
  await server.remove();
});

async function expectWhole(): Promise<void> {
  const whole = await server.souk.waitFor(store.id, "whole", 240, isWhole);
  expect(statusOf(await release(store))).toBe("deployed");
  expect(await rows(store.id, "SELECT word FROM kept;"), "what the shop keeps").toEqual([["here"]]);
  await frontPage(whole);
}

for (const [status, says] of [
  ["pending-upgrade", /^ReleaseRolledBack: /],
  ["pending-rollback", /^ReleaseRolledBack: /],
  // The only revision would be a first install that never finished: removed and made again, volumes kept.
  ["pending-install", /^ReleaseReset: /],
] as const) {
  test(`a release left ${status} is put in order`, async () => {
    const after = await newest(server.souk, store);
    await pretend(store, status);
    await told(server.souk, store, says, 60, after);
    await expectWhole();
  });
}

test("a release whose record was deleted is recorded again, around what runs", async () => {
  const uid = await value(store, "deployment/shop", ".metadata.uid");
  const after = await newest(server.souk, store);
  await meddle(store, "delete", "secret", "-l", "owner=helm");
  await told(server.souk, store, /^ReleaseInstalled: /, 60, after);
  await expectWhole();
  expect(await value(store, "deployment/shop", ".metadata.uid"), "the deployment was not made anew").toBe(uid);
});

test("fixed fields of the StatefulSet: it is made anew around its pod and its volume", async () => {
  const path = `/api/stores/${store.id}`;
  (await server.souk.ask("PATCH", path, { body: { repair: "off" } })).expecting(202);
  const claim = await value(store, "pvc/data-database-0", ".metadata.uid");
  const set = JSON.parse(await meddle(store, "get", "statefulset/database", "-o", "json")) as {
    metadata: object;
    spec: { serviceName: string };
    status?: object;
  };
  const { labels, annotations } = set.metadata as { labels: unknown; annotations: unknown };
  set.metadata = { name: "database", namespace: namespaceOf(store.id), labels, annotations };
  set.spec.serviceName = "shop";
  delete set.status;
  await meddle(store, "delete", "statefulset/database", "--cascade=orphan");
  await kubectl(["create", "-f", "-"], { input: JSON.stringify(set) });

  const after = await newest(server.souk, store);
  (await server.souk.ask("PATCH", path, { body: { repair: "on" } })).expecting(202);
  await told(server.souk, store, /^DatabaseRemade: .*volume was kept/, 60, after);
  await expectWhole();
  expect(await value(store, "statefulset/database", ".spec.serviceName")).toBe("database");
  expect(await value(store, "pvc/data-database-0", ".metadata.uid"), "the volume's claim").toBe(claim);
});

test("an upgrade in a storm of other writes succeeds", async () => {
  const storm = { over: false };
  const blowing = (async () => {
    for (let round = 0; !storm.over; round++) {
      await meddle(store, "annotate", "deployment/shop", "service/shop", "--overwrite", `storm=${round}`);
      await meddle(store, "scale", "deployment/shop", `--replicas=${1 + (round % 2)}`);
    }
  })();
  const after = await newest(server.souk, store);
  (await server.souk.ask("PATCH", `/api/stores/${store.id}`, { body: { name: "Stormy" } })).expecting(202);
  await told(server.souk, store, /^ReleaseUpgraded: /, 60, after).finally(() => {
    storm.over = true;
  });
  await blowing;
  await expectWhole();
});
