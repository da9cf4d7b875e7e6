// What was acknowledged is there: creates with kill -9 between them, and one request sent many times at once.
// No cluster is needed: the server finds nobody at its address, and accepts all the same.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { List, Store } from "../world/api.ts";
import { Fleet } from "../world/fleet.ts";
import { Gate } from "../world/gate.ts";
import { Random } from "../world/random.ts";
import { results, run } from "../world/settings.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "parallel" });

/** A cluster that is away for the whole test. */
async function nowhere(name: string): Promise<Record<string, string>> {
  const gate = await Gate.make();
  const path = join(results, `${name}-${run}.kubeconfig`);
  gate.writeKubeconfig(path);
  return { KUBECONFIG: path };
}

for (const { name, postgres } of [
  { name: "SQLite", postgres: false },
  { name: "PostgreSQL", postgres: true },
]) {
  test(`1,000 acknowledged creates with kill -9 between them are 1,000 rows on ${name}`, async ({ startServer }) => {
    const random = Random.fromEnvironment();
    const fleet = await Fleet.make(startServer, `acknowledged-${name.toLowerCase()}`, {
      postgres,
      settings: await nowhere(`acknowledged-${name.toLowerCase()}`),
    });
    const server = fleet.running();
    try {
      const acknowledged = new Set<string>();
      let asked = 0;
      const asking = Array.from({ length: 10 }, async () => {
        for (let number = asked++; number < 1000; number = asked++) {
          const headers = { "idempotency-key": randomUUID() };
          const body = { name: `Store ${number}` };
          const answer = await fleet.ask("POST", "/api/stores", { body, headers }, random);
          acknowledged.add(answer.expecting(202).json<Store>().id);
        }
      });
      const killing = (async () => {
        for (let deaths = 1; deaths <= 5; deaths += 1) {
          await until(`${deaths * 160} acknowledged`, 300, () => {
            if (acknowledged.size < deaths * 160) throw new NotYet(`${acknowledged.size} were acknowledged.`);
          });
          await server.stop("SIGKILL");
          await server.start();
        }
      })();
      await Promise.all([...asking, killing]);
      await server.stop("SIGKILL");
      await server.start();

      const rows: string[] = [];
      let cursor = "";
      do {
        const page = await server.souk.get<List<Store>>(`/api/stores?limit=100${cursor}`);
        expect(page.total).toBe(1000);
        rows.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor === null ? "" : `&cursor=${encodeURIComponent(page.nextCursor)}`;
      } while (cursor !== "");
      expect(rows.sort()).toEqual([...acknowledged].sort());
    } finally {
      await fleet.remove();
    }
  });

  test(`100 identical requests at once with one Idempotency-Key make one store on ${name}`, async ({ startServer }) => {
    const label = `identical-${name.toLowerCase()}`;
    const fleet = await Fleet.make(startServer, label, { postgres, settings: await nowhere(label) });
    try {
      const headers = { "idempotency-key": randomUUID() };
      const answers = await Promise.all(
        Array.from({ length: 100 }, () =>
          fleet.souk.ask("POST", "/api/stores", { body: { name: "The only one" }, headers }),
        ),
      );
      const ids = new Set(answers.map((answer) => answer.expecting(202).json<Store>().id));
      expect(ids.size).toBe(1);
      expect((await fleet.souk.stores()).total).toBe(1);
    } finally {
      await fleet.remove();
    }
  });
}
