// The cluster goes away and comes back: a create is accepted, waits, says so, and then completes.
import { join } from "node:path";
import { results, run } from "../world/settings.ts";
import { Gate } from "../world/gate.ts";
import { expect, test } from "../world/test.ts";

test("a store asked for while the cluster is away is made when it is back", async ({ startServer }) => {
  const gate = await Gate.make();
  const kubeconfig = join(results, `gate-${run}.kubeconfig`);
  gate.writeKubeconfig(kubeconfig);
  try {
    const server = await startServer("unreachable", { KUBECONFIG: kubeconfig });
    const { souk } = server;
    expect((await souk.platform()).cluster).toMatchObject({ reachable: false });
    const store = await souk.create({ name: "Patience" });
    const waiting = await souk.waitFor(store.id, "saying that the cluster is away", 60, ({ conditions }) =>
      conditions.some((condition) => condition.type === "ClusterReachable" && condition.status === "False"),
    );
    expect(["Pending", "Provisioning"]).toContain(waiting.phase);
    expect(["queued", "running"]).toContain(waiting.operation?.state);
    expect(waiting.message, "says so to people").toMatch(/cluster/i);

    await gate.open();
    const ready = await souk.waitReady(store.id);
    expect(ready.conditions).toContainEqual(expect.objectContaining({ type: "ClusterReachable", status: "True" }));

    // Once more, now that it knew the cluster: a delete waits too.
    await gate.close();
    await souk.delete(store.id);
    await souk.waitFor(store.id, "saying that the cluster is away", 90, ({ phase, conditions }) => {
      const away = conditions.some(
        (condition) => condition.type === "ClusterReachable" && condition.status === "False",
      );
      return phase === "Deleting" && away;
    });
    await gate.open();
    await souk.waitGone(store.id);
  } finally {
    await gate.close();
  }
});
