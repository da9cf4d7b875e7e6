// What belongs to no store: listed by `souk sweep`, left alone without --yes, removed with it. Living
// stores and other platforms' namespaces stay, whatever they look like.
import { randomInt } from "node:crypto";
import { execute, kubectl, namespaceOf, namespacesOf, type Ran } from "../world/cluster.ts";
import { platformIdOf, removeStoresOf, runLabel } from "../world/leftovers.ts";
import { run, serverBinary } from "../world/settings.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

const letters = "abcdefghijklmnopqrstuvwxyz234567";
const freshId = (): string => `s${Array.from({ length: 10 }, () => letters[randomInt(32)]).join("")}`;

interface Report {
  items: { id: string; kind: string; name: string; removable: boolean }[];
}

const namespace = (id: string, platform: string): unknown => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: namespaceOf(id),
    labels: { "souk.dev/platform": platform, "souk.dev/store": id, [runLabel]: run },
  },
});
const apply = (thing: unknown): Promise<string> => kubectl(["apply", "-f", "-"], { input: JSON.stringify(thing) });
const exists = async (...what: string[]): Promise<boolean> => (await execute("kubectl", ["get", ...what])).code === 0;

test("what belongs to no store is listed, and removed only with --yes", async ({ startServer }) => {
  const server = await startServer("sweep", { SOUK_SWEEP_INTERVAL: "3s" });
  const { souk, platformId } = server;
  const other = platformIdOf(run, "sweep-other");
  const [orphan, foreign] = [freshId(), freshId()];
  const volume = `souk-test-${run}-left`;
  const sweep = (...args: string[]): Promise<Ran> =>
    execute(serverBinary(), ["sweep", ...args], { environment: { SOUK_URL: souk.url, SOUK_TOKEN: souk.token } });

  const [living, gone] = await Promise.all([souk.create({ name: "Living" }), souk.create({ name: "Gone" })]);
  await souk.delete(gone.id);
  await souk.waitGone(gone.id);
  await until("the namespace of the living store", 60, async () => {
    if (!(await exists("namespace", namespaceOf(living.id)))) throw new NotYet("It is not there.");
  });
  expect((await sweep()).code, "nothing is there yet").toBe(0);

  try {
    await apply(namespace(orphan, platformId));
    await apply(namespace(foreign, other));
    await apply({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: volume },
      spec: {
        capacity: { storage: "1Mi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: "",
        hostPath: { path: "/nonexistent" },
        claimRef: { namespace: namespaceOf(gone.id), name: "content" },
      },
    });

    const listed = await sweep("--output", "json");
    expect(listed.code, listed.error).toBe(7);
    const { items } = JSON.parse(listed.out) as Report;
    expect(items.map(({ kind, name, removable }) => [kind, name, removable])).toEqual([
      ["namespace", namespaceOf(orphan), true],
      ["volume", volume, true],
    ]);
    const table = await sweep();
    expect(table.code).toBe(7);
    expect(table.out).toContain(namespaceOf(orphan));
    expect(table.out + table.error).toContain("--yes");
    await until("the pass in the background seeing it", 30, async () => {
      const { orphans } = await souk.get<{ orphans: number | null }>("/api/metrics");
      if (orphans !== 2) throw new NotYet(`It has seen ${orphans}.`);
    });
    expect(await exists("namespace", namespaceOf(orphan)), "looking removes nothing").toBe(true);
    expect(await exists("pv", volume)).toBe(true);

    const swept = await sweep("--yes");
    expect(swept.code, swept.out + swept.error).toBe(0);
    await until("nothing without a store", 90, async () => {
      const { code, out } = await sweep("--output", "name");
      if (code !== 0) throw new NotYet(out);
    });
    expect(await exists("namespace", namespaceOf(orphan))).toBe(false);
    expect(await exists("pv", volume)).toBe(false);
    expect(await exists("namespace", namespaceOf(foreign)), "another platform's").toBe(true);
    expect((await namespacesOf(platformId)).map(({ metadata }) => metadata.name)).toEqual([namespaceOf(living.id)]);
    const log = await souk.get<{ items: { action: string; detail: string | null }[] }>("/api/stores/audit/log");
    const removals = log.items.filter(({ action }) => action === "sweep.remove").map(({ detail }) => detail);
    expect(removals.sort()).toEqual([`namespace ${namespaceOf(orphan)}`, `volume ${volume}`]);
  } finally {
    await kubectl(["delete", "pv", volume, "--ignore-not-found", "--wait=false"]);
    await removeStoresOf(other);
  }
});
