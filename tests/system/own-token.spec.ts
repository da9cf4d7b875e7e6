// Somebody else has the token of Souk's own service account: outside of stores' namespaces nothing can be written with it.
// Every request is sent twice with `--dry-run=server`: as the administrator, whom the cluster obeys, and with that token.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, kubectl, type Ran } from "../world/cluster.ts";
import { platformIdOf } from "../world/leftovers.ts";
import { installed } from "../world/platform.ts";
import { results, run } from "../world/settings.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "serial" });

const id = `s${run}2222`;
const space = `store-${id}`;
const platform = platformIdOf(run, "own-token");
let ownToken: string;

const enforce = "pod-security.kubernetes.io/enforce";
const labels = { "souk.dev/store": id, "souk.dev/platform": platform, [enforce]: "restricted" };
const namespace = (name: string, marked: Record<string, string>): string =>
  JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: marked } });
const pod = JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "intruder" },
  spec: { containers: [{ name: "intruder", image: "intruder" }] },
});

interface Request {
  title: string;
  args: string[];
  input?: string;
}

const merge = (name: string, metadata: object): string[] => [
  ...["patch", "namespace", name, "--type=merge", "-p", JSON.stringify({ metadata })],
];
const create = (input: string, ...place: string[]): Pick<Request, "args" | "input"> => ({
  args: ["create", "-f", "-", ...place],
  input,
});
const ingress = (place: string, name: string, service: string): Pick<Request, "args" | "input"> => {
  const backend = { service: { name: service, port: { number: 80 } } };
  const rule = { host: `intruder-${run}.localhost`, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } };
  const metadata = { name, namespace: place };
  return create(
    JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec: { rules: [rule] } }),
  );
};
const secretIn = (place: string): string[] => [
  "create",
  "secret",
  "generic",
  "intruder",
  "--from-literal=a=b",
  "-n",
  place,
];

const refused = (): Request[] => {
  const own = installed().namespace;
  const account = `--serviceaccount=${own}:souk`;
  return [
    {
      title: "make a namespace of a foreign name, labelled as a store's",
      ...create(namespace(`intruder-${run}`, labels)),
    },
    {
      title: "make a store's namespace that is labelled as another's",
      ...create(namespace(`store-s${run}3333`, labels)),
    },
    {
      title: "make a store's namespace without Pod Security",
      ...create(
        namespace(`store-s${run}3333`, { ...labels, "souk.dev/store": `s${run}3333`, [enforce]: "privileged" }),
      ),
    },
    { title: "label kube-system as a store's", args: merge("kube-system", { labels }) },
    { title: "label default as a store's", args: merge("default", { labels }) },
    { title: "take Pod Security off a store's namespace", args: merge(space, { labels: { [enforce]: null } }) },
    { title: "loosen it", args: merge(space, { labels: { [enforce]: "baseline" } }) },
    { title: "choose an old version of it", args: merge(space, { labels: { [`${enforce}-version`]: "v1.0" } }) },
    { title: "delete a foreign namespace", args: ["delete", "namespace", own] },
    { title: "create a pod in kube-system", ...create(pod, "-n", "kube-system") },
    { title: "create a pod in default", ...create(pod, "-n", "default") },
    {
      title: "create a Deployment in kube-system",
      args: ["create", "deployment", "intruder", "--image=intruder", "-n", "kube-system"],
    },
    { title: "create a Deployment in default", args: ["create", "deployment", "intruder", "--image=intruder"] },
    { title: "write a Secret in kube-system", args: secretIn("kube-system") },
    { title: "write a Secret in its own namespace", args: secretIn(own) },
    { title: "publish its own database", ...ingress(own, "souk-sleeping", "souk-postgres") },
    { title: "publish itself under another Ingress", ...ingress(own, "intruder", "souk") },
    {
      title: "bind cluster-admin cluster-wide",
      args: ["create", "clusterrolebinding", `intruder-${run}`, "--clusterrole=cluster-admin", account],
    },
    {
      title: "bind cluster-admin in a store's namespace",
      args: ["create", "rolebinding", "intruder", "--clusterrole=cluster-admin", account, "-n", space],
    },
    {
      title: "bind its role for stores in kube-system",
      args: ["create", "rolebinding", "intruder", `--clusterrole=${own}-souk-store`, account, "-n", "kube-system"],
    },
  ];
};

const allowed = (): Request[] => [
  { title: "lead shops that sleep to itself", ...ingress(installed().namespace, "souk-sleeping", "souk") },
  {
    title: "make a store's namespace",
    ...create(namespace(`store-s${run}3333`, { ...labels, "souk.dev/store": `s${run}3333` })),
  },
  {
    title: "write to a store's namespace object",
    args: merge(space, { labels: { "app.kubernetes.io/part-of": "souk" } }),
  },
  { title: "write a Secret in a store's namespace", args: secretIn(space) },
  { title: "delete a store's namespace", args: ["delete", "namespace", space] },
];

/** Asks without anything being done. */
const ask = ({ args, input }: Request, as: "administrator" | "souk"): Promise<Ran> =>
  execute("kubectl", [...args, "--dry-run=server"], {
    ...(input === undefined ? {} : { input }),
    ...(as === "souk" ? { environment: { KUBECONFIG: ownToken } } : {}),
  });

test.beforeAll(async () => {
  await kubectl(["create", "-f", "-"], { input: namespace(space, labels) });
  const config = JSON.parse(await kubectl(["config", "view", "--raw", "--minify", "-o", "json"])) as {
    users: { user: object }[];
  };
  const token = await kubectl(["create", "token", "souk", "-n", installed().namespace, "--duration=1h"]);
  for (const user of config.users) user.user = { token: token.trim() };
  ownToken = join(results, "own-token.kubeconfig");
  mkdirSync(results, { recursive: true });
  writeFileSync(ownToken, JSON.stringify(config), { mode: 0o600 });
});

test.afterAll(async () => {
  await kubectl(["delete", "namespace", space, "--ignore-not-found", "--wait=false"]);
});

test("what stores need can be written with Souk's own token", async () => {
  for (const request of allowed()) {
    const { code, error } = await ask(request, "souk");
    expect(code, `${request.title}: ${error}`).toBe(0);
  }
});

test("nothing else can be written with Souk's own token", async () => {
  const succeeded: string[] = [];
  for (const request of refused()) {
    const control = await ask(request, "administrator");
    expect(control.code, `as the administrator: ${request.title}: ${control.error}`).toBe(0);
    const { code, error } = await ask(request, "souk");
    console.log(`${code === 0 ? "SUCCEEDED" : "refused"}: ${request.title}: ${error.trim().slice(0, 200)}`);
    if (code === 0) succeeded.push(request.title);
    else expect(error, request.title).toMatch(/forbidden|denied request/i);
  }
  expect(succeeded, "what could be done with Souk's token").toEqual([]);
});
