// Stores that come and go: nothing is left on the cluster, and the server's memory stays flat.
// SOUK_TEST_CYCLES says how many (tests/run cycles asks for 100).
import { expectNothingLeft, footprint } from "../world/leftovers.ts";
import { namespacesOf } from "../world/cluster.ts";
import { expect, test } from "../world/test.ts";

const cycles = Number(process.env["SOUK_TEST_CYCLES"] ?? 2);

test(`${cycles} stores made and deleted one after the other`, async ({ startServer }) => {
  test.setTimeout(5 * 60_000 + cycles * 60_000);
  const server = await startServer("cycles", { SOUK_CREATES_PER_HOUR: "0" });
  const memory: number[] = [];
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const store = await server.souk.create({ name: `Cycle ${cycle}`, plan: "small" });
    await server.souk.waitReady(store.id);
    const before = await footprint(store.id);
    await server.souk.delete(store.id);
    await server.souk.waitGone(store.id);
    await expectNothingLeft(store.id, before);
    memory.push(server.residentMemory());
  }
  expect(await namespacesOf(server.platformId)).toEqual([]);
  const mebibytes = memory.map((each) => Math.round(each / 1024));
  console.log(`Memory after each cycle, MiB: ${mebibytes.join(" ")}`);
  if (cycles >= 20) {
    // The first tenth fills caches and pools.
    const settled = memory.slice(Math.floor(cycles / 10));
    const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    const [early, late] = [settled.slice(0, settled.length / 3), settled.slice(-settled.length / 3)];
    expect(median(late), "the last third beside the first").toBeLessThan(median(early) * 1.1);
  }
});
