// What a failed test leaves to read: pods, events and logs of the namespaces it used.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, namespacesOf } from "./cluster.ts";

async function tell(command: string, ...args: string[]): Promise<string> {
  const ran = await execute(command, args, { seconds: 30 }).catch((error: unknown) => ({
    out: "",
    error: String(error),
  }));
  return `$ ${command} ${args.join(" ")}\n${ran.out}${ran.error}\n`;
}

async function dumpNamespace(namespace: string, folder: string): Promise<void> {
  const parts = [
    await tell("kubectl", "get", "all,ingresses,persistentvolumeclaims,resourcequotas", "-n", namespace, "-o", "wide"),
    await tell("kubectl", "get", "events", "-n", namespace, "--sort-by=.lastTimestamp"),
    await tell("helm", "list", "-n", namespace),
    await tell("kubectl", "describe", "pods", "-n", namespace),
  ];
  const pods = await execute("kubectl", ["get", "pods", "-n", namespace, "-o", "name"], { seconds: 30 });
  for (const pod of pods.out.split("\n").filter(Boolean)) {
    const args = ["logs", pod, "-n", namespace, "--all-containers", "--prefix", "--tail=400"];
    parts.push(await tell("kubectl", ...args), await tell("kubectl", ...args, "--previous"));
  }
  writeFileSync(join(folder, `${namespace}.txt`), parts.join("\n"));
}

/** Writes a file per namespace of the platform's stores, and one of the platform itself when it has a namespace. */
export async function dump(platformId: string, folder: string, own?: string): Promise<void> {
  const namespaces = (await namespacesOf(platformId)).map(({ metadata }) => metadata.name);
  if (own !== undefined) namespaces.push(own);
  for (const namespace of namespaces) await dumpNamespace(namespace, folder);
}
