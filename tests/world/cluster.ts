// The cluster seen from outside of Souk: kubectl and helm, and the few shapes that the tests read.
import { execFile } from "node:child_process";
import { kubeconfig } from "./settings.ts";

export interface Ran {
  code: number;
  out: string;
  error: string;
}

export interface Run {
  input?: string;
  environment?: Record<string, string>;
  seconds?: number;
}

/** Runs a command to its end, whatever its code. */
export function execute(
  command: string,
  args: string[],
  { input, environment, seconds = 120 }: Run = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      {
        maxBuffer: 256 * 1024 * 1024,
        timeout: seconds * 1000,
        env: { ...process.env, KUBECONFIG: kubeconfig, ...environment },
      },
      (failure, out, error) => {
        if (failure && typeof failure.code !== "number" && !failure.killed) {
          reject(new Error(`${command}: ${failure.message}`));
        } else if (failure?.killed) {
          reject(new Error(`${command} ${args.join(" ")} did not end within ${seconds} s. ${error}`));
        } else {
          resolve({ code: typeof failure?.code === "number" ? failure.code : 0, out, error });
        }
      },
    );
    // A command that ends without reading what it was given says by its code whether that matters.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}

async function successful(command: string, args: string[], run?: Run): Promise<string> {
  const { code, out, error } = await execute(command, args, run);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${error || out}`);
  return out;
}

export const kubectl = (args: string[], run?: Run): Promise<string> => successful("kubectl", args, run);
export const helm = (args: string[], run?: Run): Promise<string> => successful("helm", args, run);

export interface Thing {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    creationTimestamp: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec?: unknown;
  data?: Record<string, string>;
}

/** `kubectl get` of kinds, separated by commas, with further arguments such as a namespace or a selector. */
export async function list<T extends Thing = Thing>(kinds: string, ...args: string[]): Promise<T[]> {
  const out = await kubectl(["get", kinds, "-o", "json", ...args]);
  return (JSON.parse(out) as { items: T[] }).items;
}

/** The decoded data of a Secret. */
export async function secret(namespace: string, name: string): Promise<Record<string, string>> {
  const thing = JSON.parse(await kubectl(["get", "secret", name, "-n", namespace, "-o", "json"])) as Thing;
  return Object.fromEntries(
    Object.entries(thing.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

export const namespaceOf = (storeId: string): string => `store-${storeId}`;

/** The namespaces that a platform has made for its stores. */
export const namespacesOf = (platformId: string): Promise<Thing[]> =>
  list("namespaces", "-l", `souk.dev/platform=${platformId}`);
