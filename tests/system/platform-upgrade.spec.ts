// A platform with replicas on a PostgreSQL of its own: rolled over to another version of itself and back in the
// middle of a create, removed and installed again. No request is refused, and no store is lost.
import { setTimeout } from "node:timers/promises";
import { Souk } from "../world/api.ts";
import { helm, kubectl, list, namespacesOf } from "../world/cluster.ts";
import { platformIdOf } from "../world/leftovers.ts";
import { installPlatform } from "../world/platform.ts";
import { run } from "../world/settings.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

const namespace = platformIdOf(run, "upgrade");
const baseDomain = `upgrade-${run}.localhost`;
const values = (level: string): Record<string, unknown> => ({
  replicas: 2,
  database: { type: "postgres" },
  // On uninstall the volume stays, as it does for a real platform.
  persistence: { keep: true },
  log: { level },
});

test.afterAll(async () => {
  await helm(["uninstall", "souk", "-n", namespace, "--ignore-not-found", "--wait"]);
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found"]);
});

test("upgrade, rollback, uninstall and install again lose nothing", async () => {
  test.setTimeout(15 * 60_000);
  const first = await installPlatform(namespace, baseDomain, values("info"));
  const souk = new Souk(first.url, first.token);
  const ready = await souk.create({ name: "There before", plan: "small" });
  await souk.waitReady(ready.id);

  const during = await souk.create({ name: "Born in between", plan: "small" });
  const refused: string[] = [];
  const asking = new AbortController();
  const loop = askAllTheTime(souk, refused, asking.signal);
  await installPlatform(namespace, baseDomain, values("info,souk=debug"));
  await souk.waitReady(during.id);
  await helm(["rollback", "souk", "1", "-n", namespace, "--wait", "--timeout", "3m"], { seconds: 200 });
  asking.abort();
  const asked = await loop;
  console.log(`${asked} requests during an upgrade and a rollback, ${refused.length} failed.`);
  expect(asked).toBeGreaterThan(50);
  expect(refused).toEqual([]);
  await expectStores(souk, [ready.id, during.id]);

  await helm(["uninstall", "souk", "-n", namespace, "--wait"]);
  expect((await list("persistentvolumeclaims", "-n", namespace)).map(({ metadata }) => metadata.name)).toEqual([
    "souk-postgres",
  ]);
  const again = await installPlatform(namespace, baseDomain, values("info"));
  expect(again.token, "the same token").toBe(first.token);
  await expectStores(souk, [ready.id, during.id]);
  for (const { id } of [ready, during]) await souk.waitReady(id);

  for (const { id } of [ready, during]) await souk.delete(id);
  for (const { id } of [ready, during]) await souk.waitGone(id);
  expect(await namespacesOf(namespace)).toEqual([]);
});

/** Reads and writes without a second try until the signal; answers how many requests there were. */
async function askAllTheTime(souk: Souk, refused: string[], signal: AbortSignal): Promise<number> {
  let asked = 0;
  while (!signal.aborted) {
    asked += 1;
    const method = asked % 2 === 0 ? "GET" : "POST";
    // A create that is refused for its name: it goes all the way and leaves nothing.
    const ask = method === "GET" ? {} : { body: { name: "" } };
    const answer = await souk.ask(method, "/api/stores", ask).then(
      ({ status, text }) => ({ status, text }),
      (error: unknown) => ({ status: 0, text: String(error) }),
    );
    if (answer.status !== (method === "GET" ? 200 : 422)) refused.push(`${method}: ${answer.status} ${answer.text}`);
    await setTimeout(50);
  }
  return asked;
}

async function expectStores(souk: Souk, ids: string[]): Promise<void> {
  const told = await until("the platform's list of stores", 60, async () => {
    const answer = await souk.ask("GET", "/api/stores");
    if (answer.status !== 200) throw new NotYet(`GET /api/stores answers ${answer.status}`);
    return answer.json<{ items: { id: string }[] }>();
  });
  expect(told.items.map(({ id }) => id).sort()).toEqual([...ids].sort());
}
