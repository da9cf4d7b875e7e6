// A namespace, and a release in it, that somebody else made under the store's names: never taken over, said, and
// the store is made once they are gone.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { helm, kubectl, namespaceOf } from "../world/cluster.ts";
import { removeStoresOf, runLabel } from "../world/leftovers.ts";
import { run } from "../world/settings.ts";
import { frontPage } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";

test("a foreign namespace and a foreign release are left alone, and said", async ({ startServer }) => {
  const server = await startServer("helm-strangers", {}, { failpoints: "create-namespace-before=return" });
  const { souk } = server;
  const store = await souk.create({ name: "Strangers" });
  const namespace = namespaceOf(store.id);
  await server.ended(60);
  await kubectl(["create", "namespace", namespace]);
  await kubectl(["label", "namespace", namespace, `${runLabel}=${run}`]);
  await kubectl(["create", "configmap", "theirs", "-n", namespace, "--from-literal=key=value"]);
  const before = await kubectl(["get", "namespace", namespace, "-o", "yaml"]);

  await server.start({ failpoints: "create-secrets-after=return" });
  const failedWith = (reason: string): Promise<unknown> =>
    expect
      .poll(async () => (await souk.store(store.id)).operation?.reason, { message: reason, timeout: 60_000 })
      .toBe(reason);
  await failedWith("ForeignNamespace");
  const told = await souk.store(store.id);
  expect(told).toMatchObject({ phase: "Failed" });
  expect(told.message).toMatch(/did not make/);
  expect(await kubectl(["get", "namespace", namespace, "-o", "yaml"]), "untouched").toBe(before);
  await kubectl(["get", "configmap", "theirs", "-n", namespace]);

  await kubectl(["delete", "namespace", namespace]);
  const retry = async (): Promise<void> => {
    const { operation } = await souk.store(store.id);
    (await souk.ask("POST", `/api/operations/${operation?.id ?? ""}:retry`)).expecting(202);
  };
  await retry();
  await server.ended(60);

  const chart = join(server.folder, "stranger");
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: stranger\nversion: 0.1.0\n");
  const thing = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "theirs" }, data: { key: "value" } };
  writeFileSync(join(chart, "templates/thing.yaml"), JSON.stringify(thing));
  await helm(["install", "store", chart, "-n", namespace]);

  await server.start();
  await failedWith("ForeignRelease");
  expect((await souk.store(store.id)).message).toMatch(/Helm release named store that Souk did not make/);
  const releases = JSON.parse(await helm(["list", "-n", namespace, "-o", "json"])) as { chart: string }[];
  expect(releases.map((each) => each.chart)).toEqual(["stranger-0.1.0"]);

  await helm(["uninstall", "store", "-n", namespace]);
  await retry();
  await frontPage(await souk.waitReady(store.id));
  await server.stop();
  await removeStoresOf(server.platformId);
});
