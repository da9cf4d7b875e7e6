// Several replicas on one PostgreSQL: one that is frozen or killed loses its stores to another, one that thaws
// writes nothing stale, events reach whoever listens, and the database may go away for a while.
import { setTimeout } from "node:timers/promises";
import type { Store, TimelineEvent } from "../world/api.ts";
import { helm, namespaceOf } from "../world/cluster.ts";
import { Fleet } from "../world/fleet.ts";
import { Server } from "../world/server.ts";
import { Stream } from "../world/stream.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "parallel" });

const atStep = (name: string) => (store: Store) =>
  Boolean(store.operation?.steps.some((step) => step.name === name && step.state !== "pending"));

/** The replica that works on the store, by the lease in the database. */
async function workerOf(fleet: Fleet, id: string): Promise<Server> {
  return until(`a worker of ${id}`, 60, async () => {
    const [worker] = (await fleet.postgres?.query(`select lease_owner from stores where id = '${id}'`)) ?? [];
    const server = fleet.servers.find((each) => worker && each.log().includes(worker));
    if (!server) throw new NotYet(`The lease is held by ${worker ?? "nobody"}, whose name no server has logged.`);
    return server;
  });
}

test("a replica frozen past its lease loses the store, and writes nothing when it thaws", async ({ startServer }) => {
  const fleet = await Fleet.make(startServer, "frozen", { replicas: 2 });
  try {
    const store = await fleet.souk.create({ name: "Frozen in the middle" });
    await fleet.souk.waitFor(store.id, "at step release", 120, atStep("release"));
    const frozen = await workerOf(fleet, store.id);
    const pids = frozen.freeze();
    const other = fleet.servers.find((server) => server !== frozen);
    if (!other) throw new Error("there is no other replica");
    const ready = await other.souk.waitReady(store.id);
    const written = await other.souk.timeline(store.id);
    const before = await helm(["history", "store", "-n", namespaceOf(store.id), "-o", "json"]);

    Server.thaw(pids);
    await until("the thawed replica answering", 30, async () => {
      const answer = await frozen.souk.ask("GET", "/readyz");
      if (answer.status !== 200) throw new NotYet(`/readyz answers ${answer.status}`);
    });
    // It works again: a store of its own making comes through while the first one stays as it is.
    const next = await frozen.souk.create({ name: "After the thaw" });
    await frozen.souk.waitReady(next.id);
    const after = await other.souk.store(store.id);
    expect(after.revision).toBe(ready.revision);
    expect(after.phase).toBe("Ready");
    expect(await other.souk.timeline(store.id)).toEqual(written);
    expect(await helm(["history", "store", "-n", namespaceOf(store.id), "-o", "json"])).toBe(before);
  } finally {
    await fleet.remove();
  }
});

test("a killed replica's store is taken over by another", async ({ startServer }) => {
  const fleet = await Fleet.make(startServer, "takeover", { replicas: 2 });
  try {
    const store = await fleet.souk.create({ name: "Taken over" });
    await fleet.souk.waitFor(store.id, "at step namespace", 120, atStep("namespace"));
    const killed = await workerOf(fleet, store.id);
    await killed.stop("SIGKILL");
    const other = fleet.running();
    await other.souk.waitReady(store.id);
    await other.souk.delete(store.id);
    await other.souk.waitGone(store.id);
  } finally {
    await fleet.remove();
  }
});

test("events reach a client whichever replica it is on", async ({ startServer }) => {
  const fleet = await Fleet.make(startServer, "heard", { replicas: 2 });
  const [here, there] = fleet.servers;
  if (!here || !there) throw new Error("there are no two replicas");
  try {
    const streams = [await Stream.open(here.souk, "/api/events"), await Stream.open(there.souk, "/api/events")];
    const store = await there.souk.create({ name: "Heard everywhere" });
    await there.souk.waitReady(store.id);
    const written = (await here.souk.timeline(store.id)).map(({ id }) => id);
    for (const stream of streams) {
      await stream.until(
        "the store ready",
        30,
        ({ event, data }) => event === "store" && (data as Store).phase === "Ready",
      );
      const heard = (): number[] =>
        stream.messages.flatMap(({ event, data }) => (event === "timeline" ? [(data as TimelineEvent).id] : []));
      await stream.until("the last event", 30, () => heard().includes(written.at(-1) ?? 0));
      expect(heard()).toEqual(written);
      stream.close();
    }
  } finally {
    await fleet.remove();
  }
});

const away = "PostgreSQL restarted, then away for a minute, during five creates: all of them finish";

test(away, { tag: "@patient" }, async ({ startServer }) => {
  const fleet = await Fleet.make(startServer, "away", { replicas: 2 });
  const { postgres, souk } = fleet;
  if (!postgres) throw new Error("there is no PostgreSQL");
  try {
    const stores = await Promise.all(
      ["one", "two", "three", "four", "five"].map((name) => souk.create({ name: `Store ${name}` })),
    );
    const [first] = stores;
    await souk.waitFor(first?.id ?? "", "at step release", 120, atStep("release"));
    await postgres.stop();
    await postgres.start();
    await souk.waitFor(first?.id ?? "", "going on", 120, atStep("database"));

    await postgres.stop("SIGKILL");
    const refused = await until("creates refused while nothing can be written down", 60, async () => {
      const answer = await souk.ask("POST", "/api/stores", { body: { name: "Too soon" } });
      if (answer.status === 202) throw new NotYet("it was accepted");
      return answer.expecting(503);
    });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await souk.ask("GET", "/readyz")).status).toBe(503);
    expect((await souk.ask("GET", "/livez")).status).toBe(200);
    // The length of the absence is what is tested.
    await setTimeout(60_000);
    await postgres.start();
    for (const { id } of stores) await souk.waitReady(id);
  } finally {
    await fleet.remove();
  }
});
