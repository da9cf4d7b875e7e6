// What the whole cluster lacks, and every store with it: room for pods, an API that answers. Said within 60 s; the
// operation waits, and ends by itself when the cause is gone. These tests run when all else is over.
import type { Souk, Store } from "../world/api.ts";
import { kubectl, list, type Thing } from "../world/cluster.ts";
import { expectNothingLeft, footprint, runLabel } from "../world/leftovers.ts";
import { images, run } from "../world/settings.ts";
import { frontPage } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";

interface Container {
  resources?: { requests?: { cpu?: string } };
}
interface Pod extends Thing {
  spec: { nodeName?: string; initContainers?: Container[]; containers: Container[] };
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

/** A create on full nodes: named, and room lets it go on. */
async function fullNodes(souk: Souk): Promise<Store> {
  const namespace = `souk-test-${run}-room`;
  const nodes = await list<Node>("nodes");
  const running = await list<Pod>("pods", { fields: "status.phase!=Succeeded,status.phase!=Failed" });
  const guests = nodes.map(({ metadata: { name }, status: { allocatable } }) => {
    const others = running.filter(({ spec }) => spec.nodeName === name);
    const free = millicores(allocatable.cpu) - others.map(requested).reduce((sum, each) => sum + each, 0);
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace },
      spec: {
        nodeSelector: { "kubernetes.io/hostname": name },
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
  });
  await kubectl(["create", "namespace", namespace]);
  await kubectl(["label", "namespace", namespace, `${runLabel}=${run}`]);
  try {
    await kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items: guests }) });
    await kubectl(["wait", "pods", "--all", "-n", namespace, "--for=condition=PodScheduled", "--timeout=30s"]);
    const store = await souk.create({ name: "No Room Anywhere" });
    const waiting = await souk.waitFor(store.id, "naming the full node", 60, ({ conditions }) =>
      conditions.some((each) => each.status === "False" && each.reason === "Unschedulable"),
    );
    const said = waiting.conditions.find((each) => each.reason === "Unschedulable")?.message;
    expect(said).toContain("Insufficient cpu");
    await kubectl(["delete", "pods", "--all", "-n", namespace]);
    const ready = await souk.waitReady(store.id);
    expect(ready.operation?.id, "the same create").toBe(store.operation?.id);
    await frontPage(ready);
    return ready;
  } finally {
    await kubectl(["delete", "namespace", namespace, "--ignore-not-found"]);
  }
}

/** A delete while an API of the cluster does not answer: named, and its end lets the delete go on. */
async function silentApi(souk: Souk, store: Store): Promise<void> {
  const before = await footprint(store.id);
  const name = `v1.${run}.souk.test`;
  const api = {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name, labels: { [runLabel]: run } },
    spec: {
      group: `${run}.souk.test`,
      version: "v1",
      groupPriorityMinimum: 1,
      versionPriority: 1,
      insecureSkipTLSVerify: true,
      service: { name: "nobody", namespace: "default" },
    },
  };
  try {
    await kubectl(["create", "-f", "-"], { input: JSON.stringify(api) });
    await kubectl(["wait", "apiservice", name, "--for=condition=Available=false", "--timeout=30s"]);
    await souk.delete(store.id);
    const told = await souk.waitFor(store.id, "naming the API", 60, ({ phase, operation }) => {
      return phase === "Deleting" && operation?.reason === "ApiUnavailable";
    });
    expect(told.operation?.message).toContain(`kubectl delete apiservice ${name}`);
    await kubectl(["delete", "apiservice", name]);
    await souk.waitGone(store.id);
    await expectNothingLeft(store.id, before);
  } finally {
    await kubectl(["delete", "apiservice", name, "--ignore-not-found"]);
  }
}

test("full nodes hold up a create, an API that does not answer a delete: named, and ended with the cause", async ({
  startServer,
}) => {
  const { souk } = await startServer("whole-cluster");

  const store = await test.step("full nodes", () => fullNodes(souk));

  await test.step("an API that does not answer", () => silentApi(souk, store));
});
