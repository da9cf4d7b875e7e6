// kill -9 of servers and of helm at seeded random moments, over creates, renames, cancels, retries and deletes:
// whatever was acknowledged comes to its end, once, and nothing is left over. SOUK_TEST_KILLS says how many
// kills (tests/run kills asks for 200), SOUK_TEST_SEED replays the choices of an earlier run.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type Answer, describeStore, type List, type Store } from "../world/api.ts";
import { helm, namespaceOf, namespacesOf } from "../world/cluster.ts";
import { Fleet } from "../world/fleet.ts";
import { expectNothingLeft } from "../world/leftovers.ts";
import { Random } from "../world/random.ts";
import type { Server } from "../world/server.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "parallel" });

const kills = Number(process.env["SOUK_TEST_KILLS"] ?? 8);
/** Lives that go on at the same time: a store is a handful of processes. */
const atOnce = 2;
const patience = 300;

for (const { replicas, database } of [
  { replicas: 3, database: "PostgreSQL" },
  { replicas: 1, database: "SQLite" },
]) {
  test(`${kills} random kills, ${replicas} on ${database}`, async ({ startServer }) => {
    test.setTimeout(10 * 60_000 + kills * 20_000);
    const random = Random.fromEnvironment();
    console.log(`${database}: SOUK_TEST_SEED=${random.seed}`);
    const fleet = await Fleet.make(startServer, `kills-${replicas}`, { replicas });
    try {
      const lives = new Lives(fleet, random.fork());
      const killing = killAtRandom(fleet, random.fork());
      const living = Array.from({ length: atOnce }, () => lives.goOn(killing.underWay));
      await Promise.all([killing.done, ...living]);
      await lives.end();
    } catch (error) {
      throw new Error(`SOUK_TEST_SEED=${random.seed} replays the choices of this run`, { cause: error });
    } finally {
      await fleet.remove();
    }
  });
}

/** Kills `kills` times: a helm that is at work or a server, which is started again a little later. */
function killAtRandom(fleet: Fleet, random: Random): { done: Promise<void>; underWay: () => boolean } {
  let left = kills;
  const restarts = new Set<Promise<void>>();
  const one = async (server: Server, away: number): Promise<void> => {
    await server.stop("SIGKILL");
    await setTimeout(away);
    await server.start();
  };
  const done = (async () => {
    while (left > 0) {
      await setTimeout(random.between(200, 3000));
      const [wantsHelm, place, away] = [random.next() < 0.4, random.next(), random.between(0, 2500)];
      const helms = fleet.servers.flatMap((server) => server.helms());
      const running = fleet.servers.filter((server) => server.running);
      const victim = wantsHelm ? helms[Math.floor(place * helms.length)] : undefined;
      if (victim !== undefined) {
        process.kill(victim, "SIGKILL");
      } else {
        const server = running[Math.floor(place * running.length)];
        if (!server) continue;
        const restart = one(server, away).finally(() => restarts.delete(restart));
        restarts.add(restart);
        // One server alone is back before the next kill; of several, some may be away together.
        if (fleet.servers.length === 1 || running.length === 1) await restart;
      }
      left -= 1;
    }
    await Promise.all(restarts);
  })();
  return { done, underWay: () => left > 0 };
}

/** Stores that live one after the other, each by a script of its own, and what became of them. */
class Lives {
  readonly #ended: string[] = [];
  readonly #kept: string[] = [];
  readonly #retries = new Map<string, number>();

  constructor(
    readonly fleet: Fleet,
    readonly random: Random,
  ) {}

  async goOn(underWay: () => boolean): Promise<void> {
    const random = this.random.fork();
    while (underWay()) await this.#one(random);
  }

  async #one(random: Random): Promise<void> {
    const script = random.pick(["delete", "delete at once", "cancel", "rename", "keep"] as const);
    const pause = random.between(0, 6000);
    const store = await this.#create(script);
    switch (script) {
      case "delete":
        await this.#ready(store.id);
        break;
      case "delete at once":
        await setTimeout(pause);
        break;
      case "cancel":
        await setTimeout(pause);
        await this.#cancelAndRetry(store.id);
        await this.#ready(store.id);
        break;
      case "rename":
        await this.#ready(store.id);
        await this.#rename(store.id);
        await this.#ready(store.id);
        break;
      case "keep":
        await this.#ready(store.id);
        if (this.#kept.length < 2) {
          this.#kept.push(store.id);
          return;
        }
    }
    await this.#delete(store.id);
  }

  async #create(script: string): Promise<Store> {
    const headers = { "idempotency-key": randomUUID() };
    const answer = await this.#ask("POST", "/api/stores", { body: { name: `To ${script}` }, headers });
    return answer.expecting(202).json<Store>();
  }

  async #rename(id: string): Promise<void> {
    const body = { slug: `moved-${id}` };
    // Asked a second time it is no change, and accepted all the same.
    const answer = await this.#ask("PATCH", `/api/stores/${id}`, { body });
    expect([200, 202], answer.text).toContain(answer.status);
  }

  async #cancelAndRetry(id: string): Promise<void> {
    const { operation } = await this.fleet.store(id, this.random);
    if (!operation) throw new Error(`${id} has no operation`);
    // 409: it was over already, or is by now since the first answer was lost.
    const cancelled = await this.#ask("POST", `/api/operations/${operation.id}:cancel`, {});
    expect([200, 202, 409], cancelled.text).toContain(cancelled.status);
    const ended = await this.#until(id, "its operation over", ({ operation }) =>
      ["succeeded", "failed", "cancelled"].includes(operation?.state ?? ""),
    );
    if (ended.operation?.state === "succeeded") return;
    const retried = await this.#ask("POST", `/api/operations/${operation.id}:retry`, {});
    expect([200, 202, 409], retried.text).toContain(retried.status);
    this.#retries.set(id, 1);
  }

  async #delete(id: string): Promise<void> {
    // 409 and 410: the answer to the first request was lost, and it was heard.
    const answer = await this.#ask("DELETE", `/api/stores/${id}`, {});
    expect([202, 409, 410], answer.text).toContain(answer.status);
    await this.#until(id, "gone", ({ phase }) => phase === "Deleted");
    this.#ended.push(id);
  }

  #ready(id: string): Promise<Store> {
    return this.#until(id, "ready", ({ phase, operation }) => phase === "Ready" && operation?.state === "succeeded");
  }

  #until(id: string, what: string, wanted: (store: Store) => boolean): Promise<Store> {
    return until(`store ${id} ${what}`, patience, async () => {
      const store = await this.fleet.store(id, this.random);
      if (wanted(store)) return store;
      throw new NotYet(describeStore(store));
    });
  }

  #ask(method: string, path: string, ask: Parameters<Fleet["ask"]>[2]): Promise<Answer> {
    return this.fleet.ask(method, path, ask, this.random);
  }

  /** The kept ones are there once; then they go too, and nothing is left of anybody. */
  async end(): Promise<void> {
    const told = await this.fleet.souk.stores("?limit=100");
    expect(told.items.map(({ id }) => id).sort()).toEqual([...this.#kept].sort());
    const namespaces = await namespacesOf(this.fleet.platformId);
    expect(namespaces.map(({ metadata }) => metadata.name).sort()).toEqual(this.#kept.map(namespaceOf).sort());
    for (const id of this.#kept) {
      const list = await helm(["list", "-n", namespaceOf(id), "-o", "json"]);
      const releases = JSON.parse(list) as { name: string; status: string }[];
      expect(releases).toEqual([expect.objectContaining({ name: "store", status: "deployed" })]);
    }
    for (const id of [...this.#kept]) await this.#delete(id);
    for (const id of this.#ended) await expectNothingLeft(id);
    expect(await namespacesOf(this.fleet.platformId)).toEqual([]);
    await this.#expectWholeAudit();
    console.log(`${this.#ended.length} stores lived and went.`);
  }

  /** Every store was asked for once and deleted once, whoever was killed meanwhile. */
  async #expectWholeAudit(): Promise<void> {
    const count = new Map<string, number>();
    let cursor = "";
    do {
      const page = await this.fleet.souk.get<List<{ action: string; storeId: string; result: string }>>(
        `/api/stores/audit/log?limit=100${cursor}`,
      );
      for (const { action, storeId } of page.items) {
        const key = `${action} ${storeId}`;
        count.set(key, (count.get(key) ?? 0) + 1);
      }
      cursor = page.nextCursor === null ? "" : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    } while (cursor !== "");
    for (const id of this.#ended) {
      expect(count.get(`store.create ${id}`), `creates of ${id}`).toBe(1);
      expect(count.get(`store.delete ${id}`), `deletes of ${id}`).toBe(1);
      expect(count.get(`operation.retry ${id}`) ?? 0, `retries of ${id}`).toBe(this.#retries.get(id) ?? 0);
    }
    expect([...count.keys()].filter((key) => key.startsWith("store.create"))).toHaveLength(this.#ended.length);
  }
}
