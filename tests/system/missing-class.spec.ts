// No storage class, no ingress class: said as a condition, failed at the deadline, retried with
// success once there is one. The classes are named in the server's settings, so that the cluster's
// defaults, which other platforms use, stay untouched.
import type { Store } from "../world/api.ts";
import { kubectl, list, type Thing } from "../world/cluster.ts";
import { runLabel } from "../world/leftovers.ts";
import { run } from "../world/settings.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "parallel" });

interface StorageClass extends Thing {
  provisioner: string;
  parameters?: Record<string, string>;
  volumeBindingMode?: string;
}

interface IngressClass extends Thing {
  spec: { controller: string };
}

interface Lack {
  title: string;
  name: string;
  setting: string;
  condition: string;
  /** Makes the class that is missing, as a copy of the one in use. */
  remedy: (name: string) => Promise<unknown>;
}

const metadata = (name: string): unknown => ({ name, labels: { [runLabel]: run } });

const lacks: Lack[] = [
  {
    title: "storage class",
    name: `test-${run}-storage`,
    setting: "SOUK_STORAGE_CLASS",
    condition: "DatabaseReady",
    remedy: async (name) => {
      const model = defaultOf(await list<StorageClass>("storageclasses"), "storageclass");
      const { apiVersion, kind, provisioner, parameters, volumeBindingMode } = model;
      await apply({ apiVersion, kind, metadata: metadata(name), provisioner, parameters, volumeBindingMode });
    },
  },
  {
    title: "ingress class",
    name: `test-${run}-ingress`,
    setting: "SOUK_INGRESS_CLASS",
    condition: "RouteReady",
    remedy: async (name) => {
      const { apiVersion, kind, spec } = defaultOf(await list<IngressClass>("ingressclasses"), "ingressclass");
      await apply({ apiVersion, kind, metadata: metadata(name), spec: { controller: spec.controller } });
    },
  },
];

for (const { title, name, setting, condition, remedy } of lacks) {
  const what = `without its ${title} a create says so, fails at its deadline, and succeeds when retried`;

  test(what, { tag: "@patient" }, async ({ startServer }) => {
    const short = { settings: { SOUK_CREATE_DEADLINE: "45s" } };
    const server = await startServer(setting.toLowerCase().replaceAll("_", "-"), { [setting]: name }, short);
    const { souk } = server;
    const store = await souk.create({ name: `No ${title}` });
    const says = ({ conditions }: Store): boolean =>
      conditions.some((each) => each.type === condition && each.status === "False" && each.message.includes(name));
    // The promise: within 60 seconds.
    await souk.waitFor(store.id, `saying that the ${title} ${name} is missing`, 60, says);

    const failed = await souk.waitFor(store.id, "failed at its deadline", 120, ({ phase }) => phase === "Failed");
    expect(failed.operation).toMatchObject({ kind: "create", state: "failed" });
    expect(failed.operation?.message, "names what is missing").toContain(name);

    // Started again with the usual deadline: the short one was for failing, not for succeeding.
    await server.stop("SIGTERM");
    await server.start();
    expect((await souk.store(store.id)).phase, "a failed store stays failed").toBe("Failed");
    await remedy(name);
    const operation = failed.operation?.id ?? "";
    (await souk.ask("POST", `/api/operations/${operation}:retry`)).expecting(202);
    const ready = await souk.waitReady(store.id);
    expect(ready.operation).toMatchObject({ id: operation, state: "succeeded" });
    (await souk.ask("POST", `/api/operations/${operation}:retry`)).expecting(409).problem();
  });
}

/** The class that the cluster uses when none is named, else its only one. */
function defaultOf<T extends Thing>(classes: T[], group: string): T {
  const others = classes.filter((each) => each.metadata.labels?.[runLabel] === undefined);
  const marked = (each: T): boolean =>
    Object.entries(each.metadata.annotations ?? {}).some(
      ([key, value]) => key.endsWith(`${group}.kubernetes.io/is-default-class`) && value === "true",
    );
  const found = others.find(marked) ?? others[0];
  if (!found) throw new Error(`the cluster has no ${group} to copy`);
  return found;
}

const apply = (manifest: unknown): Promise<string> =>
  kubectl(["apply", "-f", "-"], { input: JSON.stringify(manifest) });
