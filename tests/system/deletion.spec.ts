// Deletes that meet something that does not go: the store says what, by name and with the remedy,
// within a minute; the delete waits, and ends by itself once it is gone. Three stores at once, each with
// other things in its way, one after the other. An API that does not answer holds up all namespaces: it is tried in
// whole-cluster.spec.ts.
import type { Store } from "../world/api.ts";
import { execute, kubectl, list, namespaceOf, type Thing } from "../world/cluster.ts";
import { expectNothingLeft, footprint } from "../world/leftovers.ts";
import type { Server } from "../world/server.ts";
import { images } from "../world/settings.ts";
import { expect, test } from "../world/test.ts";

const finalizer = "souk.dev/test-holds-this";

interface Volume extends Thing {
  spec: { claimRef?: { namespace: string } };
}

/** Something in the way: how it gets there, what the store says of it, and how it goes. */
interface Obstacle {
  reason: string;
  says: (store: Store) => RegExp;
  goes: (store: Store) => Promise<unknown>;
}

const place = (store: Store): string[] => ["-n", namespaceOf(store.id)];
const apply = (thing: unknown): Promise<string> => kubectl(["apply", "-f", "-"], { input: JSON.stringify(thing) });
const patch = (value: unknown): string[] => ["--type=merge", "-p", JSON.stringify({ metadata: { finalizers: value } })];
const volumeOf = async (store: Store): Promise<string> => {
  const volumes = await list<Volume>("persistentvolumes");
  const own = volumes.find(({ spec }) => spec.claimRef?.namespace === namespaceOf(store.id));
  if (!own) throw new Error(`${store.id} has no volume`);
  return own.metadata.name;
};

/** A pod of nobody's, in the store's namespace, that uses the shop's volume. */
const debugPod = (store: Store): unknown => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "debug", namespace: namespaceOf(store.id), finalizers: [finalizer] },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "sleep",
        image: images().shop,
        imagePullPolicy: "IfNotPresent",
        command: ["sleep", "3600"],
        resources: { requests: { cpu: "1m", memory: "8Mi" }, limits: { cpu: "50m", memory: "32Mi" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        volumeMounts: [{ name: "content", mountPath: "/content" }],
      },
    ],
    volumes: [{ name: "content", persistentVolumeClaim: { claimName: "content" } }],
  },
});

const asked = async ({ souk }: Server, store: Store, { reason, says }: Obstacle): Promise<void> => {
  const told = await souk.waitFor(store.id, `saying ${reason}`, 60, ({ phase, operation, conditions }) => {
    const condition = conditions.find(({ type }) => type === "Removed");
    const words = says(store);
    const sees = condition?.status === "False" && condition.reason === reason && words.test(condition.message);
    return phase === "Deleting" && operation?.reason === reason && words.test(operation.message ?? "") && sees;
  });
  expect(told.message, "people read it too").toMatch(says(store));
  // Told to the timeline a few seconds later, and once however long it lasts.
  await expect
    .poll(async () => (await souk.timeline(store.id)).filter((event) => says(store).test(event.message)).length, {
      timeout: 30_000,
    })
    .toBe(1);
};

test("a delete says what is in its way, and ends by itself when that is gone", async ({ startServer }) => {
  const server = await startServer("deletion", { SOUK_BIRTHS_AT_ONCE: "3" });
  const { souk } = server;
  const names = ["Held Object", "Stuck Volume", "Claim In Use"];
  const made = await Promise.all(names.map((name) => souk.create({ name })));
  const stores = await Promise.all(made.map(({ id }) => souk.waitReady(id, 300)));
  const [object, volume, claim] = stores as [Store, Store, Store];
  const before = await Promise.all(stores.map(({ id }) => footprint(id)));
  const held = await volumeOf(volume);

  const settings = { name: "settings", namespace: namespaceOf(object.id), finalizers: [finalizer] };
  await apply({ apiVersion: "v1", kind: "ConfigMap", metadata: settings });
  await kubectl(["patch", "pv", held, ...patch(["kubernetes.io/pv-protection", finalizer])]);
  await kubectl(["patch", "namespace", namespaceOf(volume.id), ...patch([finalizer])]);
  await apply(debugPod(claim));
  await kubectl([...place(claim), "wait", "pod/debug", "--for=condition=PodScheduled", "--timeout=60s"]);

  const obstacles: [Store, Obstacle[]][] = [
    [
      object,
      [
        {
          reason: "FinalizerRemaining",
          says: () => new RegExp(`settings.*${finalizer}.*kubectl -n \\S+ patch configmaps settings`),
          goes: (store) => kubectl([...place(store), "patch", "configmap", "settings", ...patch(null)]),
        },
      ],
    ],
    [
      volume,
      [
        {
          reason: "FinalizerRemaining",
          says: () => new RegExp(`volume ${held} waits.*${finalizer}.*kubectl patch pv ${held}`),
          goes: () => kubectl(["patch", "pv", held, ...patch(null)]),
        },
        {
          reason: "FinalizerRemaining",
          says: (store) => new RegExp(`namespace ${namespaceOf(store.id)} itself waits.*${finalizer}`),
          goes: (store) => kubectl(["patch", "namespace", namespaceOf(store.id), ...patch(null)]),
        },
      ],
    ],
    [
      claim,
      [
        {
          reason: "ClaimInUse",
          says: () => /claim content is in use by the pod debug.*kubectl -n \S+ delete pod debug/,
          goes: (store) => kubectl([...place(store), "delete", "pod", "debug", "--wait=false"]),
        },
        {
          reason: "FinalizerRemaining",
          says: () => new RegExp(`pod debug waits.*${finalizer}`),
          goes: (store) => kubectl([...place(store), "patch", "pod", "debug", ...patch(null)]),
        },
      ],
    ],
  ];
  try {
    await Promise.all(
      obstacles.map(async ([store, own]) => {
        await souk.delete(store.id);
        for (const obstacle of own) {
          await asked(server, store, obstacle);
          await obstacle.goes(store);
        }
        await souk.waitGone(store.id);
        expect((await souk.store(store.id)).conditions).toContainEqual(
          expect.objectContaining({ type: "Removed", status: "True" }),
        );
      }),
    );
  } finally {
    // A test that failed leaves nothing that nobody can remove.
    const each: [string, ...string[]][] = [
      ["configmap", "settings", ...place(object)],
      ["pv", held],
      ["namespace", namespaceOf(volume.id)],
      ["pod", "debug", ...place(claim)],
    ];
    for (const [kind, ...rest] of each) await execute("kubectl", ["patch", kind, ...rest, ...patch(null)]);
  }
  for (const [at, { id }] of stores.entries()) await expectNothingLeft(id, before[at]);
});
