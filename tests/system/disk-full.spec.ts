// The volume of the SQLite database is full: what is written can be read, what cannot be written is
// refused with a sentence that says so, and it goes on when there is room. On a real, small file system;
// no cluster is needed for it, so the server is given one that is not there.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Problem, Store } from "../world/api.ts";
import { execute } from "../world/cluster.ts";
import { results, run } from "../world/settings.ts";
import { expect, test } from "../world/test.ts";

test("a full volume refuses writes clearly, serves reads, and is used again once it has room", async ({
  startServer,
}) => {
  test.skip(process.getuid?.() !== 0, "mounting a small file system needs root");
  const folder = join(results, `disk-full-${run}`);
  mkdirSync(folder, { recursive: true });
  const mounted = await execute("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]);
  test.skip(mounted.code !== 0, `this machine lets nobody mount a file system: ${mounted.error}`);
  try {
    const kubeconfig = join(results, `nowhere-${run}.kubeconfig`);
    writeFileSync(kubeconfig, stringify(nowhere));
    const server = await startServer("disk-full", {
      KUBECONFIG: kubeconfig,
      SOUK_DATABASE_URL: `sqlite://${folder}/souk.db`,
      SOUK_CREATES_PER_HOUR: "0",
    });
    const { souk } = server;
    const made: Store[] = [];
    const create = async (): Promise<Problem | null> => {
      const answer = await souk.ask("POST", "/api/stores", { body: { name: `Mug ${made.length}` } });
      if (answer.status === 202) {
        made.push(answer.json<Store>());
        return null;
      }
      expect(answer.headers.get("retry-after"), answer.text).toMatch(/^\d+$/);
      return answer.expecting(503).problem();
    };

    let refused: Problem | null = null;
    while (refused === null && made.length < 1000) refused = await create();
    expect(refused?.type).toBe("https://souk.dev/problems/storage-full");
    expect(refused?.detail).toContain("volume of Souk's database is full");

    for (const path of ["/livez", "/readyz", "/api/metrics"]) (await souk.ask("GET", path)).expecting(200);
    expect((await souk.stores("?limit=200")).total).toBe(made.length);
    for (const { id, name } of made) expect((await souk.store(id)).name).toBe(name);
    // Every connection of the server meets it; none of them may be left holding a lock.
    for (let again = 0; again < 20; again++) await create();
    const full = made.length;

    const grown = await execute("mount", ["-o", "remount,size=32m", folder]);
    expect(grown.code, grown.error).toBe(0);
    for (let more = 0; more < 20; more++) expect(await create(), "there is room").toBeNull();
    expect(made).toHaveLength(full + 20);

    // Nothing is corrupt: another process reads all of it.
    await server.stop("SIGTERM");
    await server.start();
    expect((await souk.stores("?limit=1")).total).toBe(made.length);
    for (const { id, name } of made) expect((await souk.store(id)).name).toBe(name);
    await server.stop("SIGTERM");
  } finally {
    await execute("umount", ["-l", folder]);
  }
});

const nowhere = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "nowhere", cluster: { server: "https://127.0.0.1:9" } }],
  users: [{ name: "nobody", user: {} }],
  contexts: [{ name: "nowhere", context: { cluster: "nowhere", user: "nobody" } }],
  "current-context": "nowhere",
};
