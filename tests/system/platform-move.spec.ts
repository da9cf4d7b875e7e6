// A platform moves from SQLite to PostgreSQL as charts/souk/README.md says: idle, exported, imported, and in two
// replicas afterwards, with the same stores.
import { mkdirSync } from "node:fs";
import { Souk } from "../world/api.ts";
import { kubectl } from "../world/cluster.ts";
import { dump } from "../world/dump.ts";
import { removePlatform } from "../world/leftovers.ts";
import { Place, type Values } from "../world/platform.ts";
import { frontPage } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

const place = new Place("move");
const { namespace } = place;
const inPostgres: Values = { database: { type: "postgres" }, replicas: 2 };

test.afterEach(async ({}, info) => {
  if (info.status !== info.expectedStatus) {
    mkdirSync(info.outputDir, { recursive: true });
    await dump(namespace, info.outputDir, namespace);
  }
  await removePlatform(namespace);
});

test("a platform moves from SQLite to PostgreSQL and keeps its stores", async () => {
  await place.prepare();
  await place.upgrade();
  const { url, token } = await place.answering();
  const souk = new Souk(url, token);
  const store = await souk.waitReady((await souk.create({ name: "Moved" })).id);
  const timeline = await souk.timeline(store.id);
  const credentials = await souk.credentials(store.id);

  await place.upgrade({ maintenance: true });
  await until("no server behind the address", 60, async () => {
    const { status } = await souk.ask("GET", "/api/platform");
    // The ingress controller's own answer: Traefik says 404, others 503.
    if (status !== 404 && status !== 503) throw new NotYet(`It answers ${status}.`);
  });
  const exported = await inside(["souk", "db", "export"]);
  await frontPage(store);
  await place.upgrade({ ...inPostgres, maintenance: true });
  await inside(["souk", "db", "import", "-"], exported);
  await place.upgrade(inPostgres);

  await place.answering();
  expect((await souk.stores("?limit=10")).items.map(({ id }) => id)).toEqual([store.id]);
  await frontPage(await souk.waitReady(store.id));
  expect((await souk.timeline(store.id)).slice(0, timeline.length)).toEqual(timeline);
  expect(await souk.credentials(store.id)).toEqual(credentials);
  await souk.delete(store.id);
  await souk.waitGone(store.id);
});

/** Runs a command in the idle pod, and answers with what it printed. */
const inside = (command: string[], input = ""): Promise<string> =>
  kubectl(["exec", "-i", "deploy/souk", "-n", namespace, "--", ...command], { input });
