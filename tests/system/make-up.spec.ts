// `make up` on a cluster that is there already, named by its context, in names of this run's own:
// it ends with a shop that takes an order, and a second one changes nothing.
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../world/api.ts";
import { execute, kubectl, list, namespaceOf, type Ran, secret } from "../world/cluster.ts";
import { runLabel } from "../world/leftovers.ts";
import { cache, kubeconfig, repository, results, run } from "../world/settings.ts";
import { Souk } from "../world/api.ts";
import { frontPage } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "serial" });

const namespace = `souk-test-${run}-up`;
const baseDomain = `up-${run}.localhost`;
const ownCache = join(results, "up");
const config = join(ownCache, "kubeconfig");

let first: Ran;
let demo: Store;

/** `make up` with a cache folder of its own that shares what is expensive to make. */
function up(settings: Record<string, string> = {}): Promise<Ran> {
  return execute("make", ["--silent", "-C", repository, "up"], {
    seconds: 460,
    environment: {
      ...{ CLUSTER: "current", IMAGES: "containerd", KUBECONFIG: config, SOUK_CACHE: ownCache },
      ...{ SOUK_NAMESPACE: namespace, SOUK_BASE_DOMAIN: baseDomain, XDG_CONFIG_HOME: join(ownCache, "config") },
      ...{ SOUK_URL: "", SOUK_TOKEN: "", ...settings },
    },
  });
}

/** Everything of the platform and of its store that a change would leave a trace in. */
async function state(): Promise<string[]> {
  const kinds = [
    "deployments,statefulsets,services,ingresses,configmaps,secrets,serviceaccounts",
    "persistentvolumeclaims,networkpolicies,resourcequotas,limitranges",
  ].join(",");
  const seen: string[] = [];
  for (const place of [namespace, namespaceOf(demo.id)]) {
    for (const { kind, metadata } of await list(kinds, { namespace: place })) {
      // A quota's status is counted by the cluster itself.
      const version = kind === "ResourceQuota" ? "" : metadata.resourceVersion;
      seen.push([place, kind, metadata.name, metadata.uid, version].join(" "));
    }
    for (const { metadata } of await list("pods", { namespace: place }))
      seen.push(`${place} Pod ${metadata.name} ${metadata.uid}`);
  }
  return seen.sort();
}

test.beforeAll(async () => {
  rmSync(ownCache, { recursive: true, force: true });
  mkdirSync(ownCache, { recursive: true });
  for (const shared of ["bin", "images", "state", "woocommerce"]) {
    if (existsSync(join(cache, shared))) symlinkSync(join(cache, shared), join(ownCache, shared));
  }
  copyFileSync(kubeconfig, config);
  // Labelled before `make up` finds it, so that a killed run can be swept.
  const labels = { [runLabel]: run };
  const manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } };
  await kubectl(["apply", "-f", "-"], { input: JSON.stringify(manifest) });
});

test("a cluster that is not Souk's own is used only when it is said how images get there", async () => {
  const refused = await up({ IMAGES: "" });
  expect(refused.code).not.toBe(0);
  expect(refused.error).toContain("IMAGES=containerd");
});

test("make up says which context it uses and ends with a demo store that is ready", async () => {
  first = await up();
  expect(first.code, first.error).toBe(0);
  const context = (await kubectl(["config", "current-context"])).trim();
  expect(first.error).toContain(`using the context '${context}'`);
  expect(first.out).toContain(`http://souk.${baseDomain}`);
  expect(first.out).toContain(`http://demo-shop.${baseDomain}`);

  const { token = "" } = await secret(namespace, "souk-admin");
  const souk = new Souk(`http://souk.${baseDomain}`, token);
  const [only] = (await souk.stores("?limit=10")).items;
  expect(only).toMatchObject({ slug: "demo-shop", phase: "Ready" });
  demo = only as Store;
  await frontPage(demo);
  const { password } = await souk.credentials(demo.id);
  expect(first.out, "the shop's credentials").toContain(password);
});

test("make up has placed an order and prints its number", ({ platform }) => {
  test.skip(platform.wooCommerce === null, "the shop's image has no WooCommerce: no order can be placed");
  expect(first.out).toMatch(/First order\s+number \d+/);
});

test("make up again changes nothing", async () => {
  const before = await state();
  const began = performance.now();
  const again = await up();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  test.info().annotations.push({ type: "duration", description: `make up again took ${seconds} s` });
  console.log(`make up again took ${seconds} s`);
  expect(again.code, again.error).toBe(0);
  expect(await state()).toEqual(before);
  const summary = (out: string): string => out.replace(/\(.*\)/, "");
  expect(summary(again.out), "the same addresses, credentials and order").toBe(summary(first.out));
});
