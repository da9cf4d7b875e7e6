// What a deleted store may not leave behind, and the removal of what a test run made.
import { existsSync } from "node:fs";
import { expect } from "@playwright/test";
import { execute, kubectl, list, namespaceIfAny, namespaceOf, namespacesOf, type Thing } from "./cluster.ts";
import { NotYet, until } from "./wait.ts";

interface Volume extends Thing {
  spec: {
    claimRef?: { namespace: string; name: string };
    hostPath?: { path: string };
    local?: { path: string };
  };
}

/** What a store has on the cluster, to be looked for again when it is gone. */
export interface Footprint {
  namespace: string;
  volumes: string[];
  /** Directories of the volumes that can be seen from here, when the node is this machine. */
  directories: string[];
}

async function volumesOf(namespace: string): Promise<Volume[]> {
  return (await list<Volume>("persistentvolumes")).filter((volume) => volume.spec.claimRef?.namespace === namespace);
}

export async function footprint(storeId: string): Promise<Footprint> {
  const namespace = namespaceOf(storeId);
  const volumes = await volumesOf(namespace);
  const directories = volumes
    .map((volume) => volume.spec.hostPath?.path ?? volume.spec.local?.path)
    .filter((path) => path !== undefined && existsSync(path)) as string[];
  return { namespace, volumes: volumes.map((volume) => volume.metadata.name), directories };
}

/** Fails when anything of the store is there: to be asked after Souk said that it is gone. */
export async function expectNothingLeft(storeId: string, before?: Footprint): Promise<void> {
  const namespace = namespaceOf(storeId);
  expect(await namespaceIfAny(namespace), `namespace ${namespace}`).toBeUndefined();
  expect(await volumesOf(namespace), "volumes claimed from the namespace").toEqual([]);
  const kinds =
    "pods,services,deployments,statefulsets,persistentvolumeclaims,ingresses,secrets,configmaps,networkpolicies";
  expect(await list(kinds, { labels: `souk.dev/store=${storeId}` }), "objects with the store's label").toEqual([]);
  const releases = await list("secrets", { labels: "owner=helm" });
  expect(
    releases.filter(({ metadata }) => metadata.namespace === namespace),
    "records of releases",
  ).toEqual([]);
  for (const directory of before?.directories ?? []) expect(existsSync(directory), directory).toBe(false);
  const kept = (await list("persistentvolumes")).map((volume) => volume.metadata.name);
  for (const volume of before?.volumes ?? []) expect(kept).not.toContain(volume);
}

/** Removes every store namespace of a platform that no longer runs. */
export async function removeStoresOf(platformId: string): Promise<void> {
  const namespaces = await namespacesOf(platformId);
  if (namespaces.length === 0) return;
  await kubectl([
    "delete",
    "--ignore-not-found",
    "--wait=false",
    ...namespaces.map((each) => `namespace/${each.metadata.name}`),
  ]);
  await until(`the stores of ${platformId} removed`, 180, async () => {
    const left = await namespacesOf(platformId);
    if (left.length > 0) throw new NotYet(`Still there: ${left.map((each) => each.metadata.name).join(", ")}`);
  });
}

/** The label on everything that a run makes by itself; its value is the run. */
export const runLabel = "souk.dev/test-run";
export const platformIdOf = (run: string, name: string): string => `souk-test-${run}-${name}`;

/** Ends the platform that is installed in a namespace; its volume, secrets and stores stay. */
async function removeRelease(namespace: string): Promise<void> {
  await execute("helm", ["uninstall", "souk", "-n", namespace, "--ignore-not-found", "--wait"]);
  const kinds = "clusterrole,clusterrolebinding,validatingadmissionpolicy,validatingadmissionpolicybinding";
  await kubectl(["delete", kinds, "--ignore-not-found", `${namespace}-souk`, `${namespace}-souk-store`]);
}

/** Removes one platform of a run with its stores and its namespace. */
export async function removePlatform(namespace: string): Promise<void> {
  await removeRelease(namespace);
  await removeStoresOf(namespace);
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found"]);
}

/** Kinds of which a run makes some outside of namespaces, and the namespaces. */
const clusterKinds = "namespaces,storageclasses,ingressclasses,validatingwebhookconfigurations,apiservices";

/** Removes all that a run made: its platforms, their stores, its classes. */
export async function removeRun(run: string): Promise<void> {
  const own = await list("namespaces", { labels: `${runLabel}=${run}` });
  // Before its stores: a server that runs would make them again.
  for (const { metadata } of own) await removeRelease(metadata.name);
  const platforms = new Set(
    (await list("namespaces", { labels: "souk.dev/platform" }))
      .map(({ metadata }) => metadata.labels?.["souk.dev/platform"] ?? "")
      .filter((platform) => platform.startsWith(`souk-test-${run}-`)),
  );
  for (const platform of await platformsUnder(`${run}.localhost`)) platforms.add(platform);
  await Promise.all([...platforms].map(removeStoresOf));
  await kubectl(["delete", clusterKinds, "-l", `${runLabel}=${run}`, "--ignore-not-found"]);
}

/** The platforms whose stores are published under a domain: those of `make up` name themselves. */
async function platformsUnder(domain: string): Promise<string[]> {
  interface Ingress extends Thing {
    spec: { rules?: { host?: string }[] };
  }
  const ingresses = await list<Ingress>("ingresses", { labels: "souk.dev/store" });
  const ours = ingresses.filter(({ spec }) => spec.rules?.some(({ host }) => host?.endsWith(domain)));
  const places = new Set(ours.map(({ metadata }) => metadata.namespace));
  return (await list("namespaces", { labels: "souk.dev/platform" }))
    .filter(({ metadata }) => places.has(metadata.name))
    .map(({ metadata }) => metadata.labels?.["souk.dev/platform"] ?? "");
}

/** Removes what runs that were killed have left, once it is older than any run takes. */
export async function removeOldRuns(hours: number): Promise<void> {
  const old = (thing: Thing): boolean => Date.now() - Date.parse(thing.metadata.creationTimestamp) > hours * 3_600_000;
  const runs = new Set<string>();
  for (const thing of (await list(clusterKinds, { labels: runLabel })).filter(old)) {
    runs.add(thing.metadata.labels?.[runLabel] ?? "");
  }
  for (const thing of (await list("namespaces", { labels: "souk.dev/platform" })).filter(old)) {
    const match = /^souk-test-([a-z0-9]+)-/.exec(thing.metadata.labels?.["souk.dev/platform"] ?? "");
    if (match?.[1]) runs.add(match[1]);
  }
  runs.delete("");
  for (const run of runs) {
    console.log(`Removing what the run ${run} has left.`);
    await removeRun(run);
  }
}
