// kill -9 of Helm in the middle of an install, an upgrade, a rollback and an uninstall: Souk puts the release in
// order and goes on. Helm is stopped as soon as its release record says that it is at work, and killed there.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Store } from "../world/api.ts";
import { namespaceOf } from "../world/cluster.ts";
import { Gate } from "../world/gate.ts";
import { expectNothingLeft, footprint } from "../world/leftovers.ts";
import { helmOf, isWhole, newest, pretend, release, signal, statusOf, told } from "../world/meddle.ts";
import type { Server } from "../world/server.ts";
import { kubeconfig, results, run } from "../world/settings.ts";
import { frontPage, rows } from "../world/shop.ts";
import { test as base, expect } from "../world/test.ts";

/** `far`: a kubeconfig of the cluster, far enough away that no Helm is over before it is found. */
const test = base.extend<{ far: string }>({
  far: async ({}, use) => {
    const gate = await Gate.make(20);
    const path = join(results, `gate-far-${run}.kubeconfig`);
    gate.writeKubeconfig(path);
    await gate.open();
    await use(path);
    await gate.close();
  },
});

/** Kills the store's Helm when its record has come to `status`; fails when Helm was faster. */
async function killHelmAt(server: Server, store: { id: string }, status: string): Promise<void> {
  const columns = "custom-columns=STATUS:.metadata.labels.status";
  const args = ["get", "secrets", "-n", namespaceOf(store.id), "-l", "owner=helm", "-w", "-o", columns];
  const watch = spawn("kubectl", args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  try {
    let helm: number | undefined;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`Helm never came to ${status}`));
      }, 120_000);
      watch.stdout.on("data", (lines: Buffer) => {
        if (!lines.toString().split("\n").includes(status)) return;
        helm = helmOf(store, server.pid);
        if (helm !== undefined) signal(helm, "STOP");
        clearTimeout(late);
        resolve();
      });
      watch.on("error", reject);
    });
    if (helm === undefined) throw new Error(`Helm had ended before it could be killed at ${status}`);
    expect(statusOf(await release(store)), "left behind by the stopped Helm").toBe(status);
    signal(helm, "KILL");
  } finally {
    const gone = once(watch, "exit");
    watch.kill();
    await gone;
  }
}

test("Helm killed in an install, an upgrade, a rollback and an uninstall", async ({ far, startServer }) => {
  const server = await startServer("helm-killed", { KUBECONFIG: far }, { failpoints: "create-secrets-after=return" });
  const { souk } = server;
  const store = await souk.create({ name: "Cut Off" });
  await server.ended(120);

  // A first install that never finished is removed and made again.
  await server.start();
  await killHelmAt(server, store, "pending-install");
  await told(souk, store, /^ReleaseReset: /, 60);
  const ready = await souk.waitReady(store.id);
  await frontPage(ready);
  await rows(store.id, "CREATE TABLE kept (word VARCHAR(20)); INSERT INTO kept VALUES ('here');");

  // An upgrade is rolled back and made again.
  const path = `/api/stores/${store.id}`;
  const rename = async (name: string): Promise<void> => {
    (await souk.ask("PATCH", path, { body: { name } })).expecting(202);
  };
  const renamed = (name: string): Promise<Store> =>
    souk.waitFor(store.id, `renamed to ${name}`, 240, (now) => now.name === name && isWhole(now));
  let after = await newest(souk, store);
  const killed = killHelmAt(server, store, "pending-upgrade");
  await rename("Cut Off Twice");
  await killed;
  await told(souk, store, /^ReleaseRolledBack: /, 60, after);
  await renamed("Cut Off Twice");

  // A rollback is made again.
  after = await newest(souk, store);
  const rolling = killHelmAt(server, store, "pending-rollback");
  await pretend(store, "pending-upgrade");
  await rolling;
  await told(souk, store, /^ReleaseRolledBack: /, 60, after);
  await souk.waitFor(store.id, "whole", 240, isWhole);
  expect(statusOf(await release(store))).toBe("deployed");
  expect(await rows(store.id, "SELECT word FROM kept;"), "the volume was kept").toEqual([["here"]]);

  // An uninstall is made again.
  const before = await footprint(store.id);
  const leaving = killHelmAt(server, store, "uninstalling");
  await souk.delete(store.id);
  await leaving;
  await souk.waitGone(store.id);
  await expectNothingLeft(store.id, before);
});
