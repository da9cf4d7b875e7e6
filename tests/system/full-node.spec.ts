// No room for a store on the cluster: said within 60 s in the scheduler's words, and room lets the create go on.
// It takes the room away from everybody, so it runs when all else is over.
import { kubectl, list, type Thing } from "../world/cluster.ts";
import { runLabel } from "../world/leftovers.ts";
import { images, run } from "../world/settings.ts";
import { frontPage } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";

interface Container {
  resources?: { requests?: { cpu?: string } };
}
interface Pod extends Thing {
  spec: { initContainers?: Container[]; containers: Container[] };
}
interface Node extends Thing {
  status: { allocatable: { cpu: string } };
}

/** Thousandths of a core. */
const millicores = (cpu = "0"): number => (cpu.endsWith("m") ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000);
const wants = ({ resources }: Container): number => millicores(resources?.requests?.cpu);

/** What the scheduler counts for a pod. */
const requested = ({ spec: { containers, initContainers = [] } }: Pod): number =>
  Math.max(
    ...initContainers.map(wants),
    containers.map(wants).reduce((sum, each) => sum + each, 0),
  );

test("a full node is named, and room lets the create go on", async ({ startServer }) => {
  const nodes = await list<Node>("nodes");
  const [node] = nodes;
  test.skip(nodes.length !== 1 || node === undefined, "only a cluster of one node is filled");
  if (node === undefined) return;
  const server = await startServer("full-node");
  const { souk } = server;
  const namespace = `souk-test-${run}-room`;
  const running = await list<Pod>("pods", "-A", "--field-selector=status.phase!=Succeeded,status.phase!=Failed");
  const free = millicores(node.status.allocatable.cpu) - running.map(requested).reduce((sum, each) => sum + each, 0);
  const guest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "guest", namespace },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "guest",
          image: images().shop,
          imagePullPolicy: "Never",
          command: ["sleep", "infinity"],
          resources: { requests: { cpu: `${free}m` } },
        },
      ],
    },
  };
  await kubectl(["create", "namespace", namespace]);
  await kubectl(["label", "namespace", namespace, `${runLabel}=${run}`]);
  try {
    await kubectl(["create", "-f", "-"], { input: JSON.stringify(guest) });
    await kubectl(["wait", "pod/guest", "-n", namespace, "--for=condition=PodScheduled", "--timeout=30s"]);
    const store = await souk.create({ name: "No Room Anywhere" });
    const waiting = await souk.waitFor(store.id, "naming the full node", 60, ({ conditions }) =>
      conditions.some((each) => each.status === "False" && each.reason === "Unschedulable"),
    );
    const said = waiting.conditions.find((each) => each.reason === "Unschedulable")?.message;
    expect(said).toContain("Insufficient cpu");
    await kubectl(["delete", "pod", "guest", "-n", namespace]);
    const ready = await souk.waitReady(store.id);
    expect(ready.operation?.id, "the same create").toBe(store.operation?.id);
    await frontPage(ready);
  } finally {
    await kubectl(["delete", "namespace", namespace, "--ignore-not-found"]);
  }
});
