// The cluster seen from outside of Souk: kubectl and helm, and the few shapes that the tests read.
//
// What is asked often is asked of the API itself, by way of one `kubectl proxy` for the whole run: starting a kubectl for
// each look took a tenth of the machine.
import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
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

const proxyVariable = "SOUK_TEST_KUBERNETES_API";

/** Starts the proxy, before the first look; it ends with this process. */
export async function openProxy(): Promise<void> {
  const child = spawn("kubectl", ["proxy", "--port=0"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  process.on("exit", () => child.kill());
  for await (const line of createInterface(child.stdout)) {
    const address = /127\.0\.0\.1:\d+$/.exec(line)?.[0];
    if (address === undefined) continue;
    process.env[proxyVariable] = `http://${address}`;
    child.stdout.resume();
    child.unref();
    return;
  }
  throw new Error("kubectl proxy ended before it served");
}

/** Answers of the API by path; nothing for what is not there. */
async function read<T>(path: string, query: Record<string, string> = {}): Promise<T | undefined> {
  const origin = process.env[proxyVariable];
  if (origin === undefined) throw new Error("openProxy was not called");
  const url = new URL(path, origin);
  url.search = new URLSearchParams(query).toString();
  const answer = await fetch(url);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`GET ${path} answers ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Where the API has the kinds that the tests look at. */
const groups = [
  {
    path: "api/v1",
    kinds: [
      ...["configmaps", "limitranges", "namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods"],
      ...["resourcequotas", "secrets", "serviceaccounts", "services"],
    ],
  },
  { path: "apis/apps/v1", kinds: ["deployments", "statefulsets"] },
  { path: "apis/autoscaling/v2", kinds: ["horizontalpodautoscalers"] },
  { path: "apis/networking.k8s.io/v1", kinds: ["ingressclasses", "ingresses", "networkpolicies"] },
  { path: "apis/storage.k8s.io/v1", kinds: ["storageclasses"] },
  { path: "apis/admissionregistration.k8s.io/v1", kinds: ["validatingwebhookconfigurations"] },
  { path: "apis/apiregistration.k8s.io/v1", kinds: ["apiservices"] },
];

export interface Look {
  /** Of this namespace; of all without it. */
  namespace?: string;
  labels?: string;
  fields?: string;
}

async function listOne<T extends Thing>(kind: string, { namespace, labels, fields }: Look): Promise<T[]> {
  const group = groups.find(({ kinds }) => kinds.includes(kind));
  if (!group) throw new Error(`groups in cluster.ts do not name ${kind}`);
  const within = namespace === undefined ? "" : `/namespaces/${namespace}`;
  const query = { ...(labels && { labelSelector: labels }), ...(fields && { fieldSelector: fields }) };
  const found = await read<{ apiVersion: string; kind: string; items: T[] }>(`${group.path}${within}/${kind}`, query);
  if (!found) throw new Error(`this cluster has no ${kind}`);
  // Items of a list are told without what they have in common.
  const common = { apiVersion: found.apiVersion, kind: found.kind.replace(/List$/, "") };
  return found.items.map((item) => ({ ...common, ...item }));
}

/** What there is of kinds, named in the plural and separated by commas. */
export async function list<T extends Thing = Thing>(kinds: string, look: Look = {}): Promise<T[]> {
  return (await Promise.all(kinds.split(",").map((kind) => listOne<T>(kind, look)))).flat();
}

export const namespaceIfAny = (name: string): Promise<Thing | undefined> => read(`api/v1/namespaces/${name}`);

/** The decoded data of a Secret; nothing where there is none. */
export async function secretIfAny(namespace: string, name: string): Promise<Record<string, string> | undefined> {
  const thing = await read<Thing>(`api/v1/namespaces/${namespace}/secrets/${name}`);
  if (!thing) return undefined;
  return Object.fromEntries(
    Object.entries(thing.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

/** The decoded data of a Secret. */
export async function secret(namespace: string, name: string): Promise<Record<string, string>> {
  const data = await secretIfAny(namespace, name);
  if (!data) throw new Error(`there is no Secret ${name} in ${namespace}`);
  return data;
}

export const namespaceOf = (storeId: string): string => `store-${storeId}`;

/** The namespaces that a platform has made for its stores. */
export const namespacesOf = (platformId: string): Promise<Thing[]> =>
  list("namespaces", { labels: `souk.dev/platform=${platformId}` });
