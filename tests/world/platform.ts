// The platform under test: installed from charts/souk into a namespace of this run's own, beside
// whatever other platform lives on the cluster. Installed and removed by setup.ts and teardown.ts.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Souk } from "./api.ts";
import { helm, kubectl, secret } from "./cluster.ts";
import { platformIdOf, runLabel } from "./leftovers.ts";
import { charts, images, ingressClass, results, run } from "./settings.ts";
import { NotYet, orNotYet, until } from "./wait.ts";

export interface Installed {
  namespace: string;
  platformId: string;
  url: string;
  token: string;
  wooCommerce: string | null;
}

const file = join(results, "platform.json");
const namespace = platformIdOf(run, "platform");

export async function install(): Promise<Installed> {
  const own = images();
  const baseDomain = `${run}.localhost`;
  const manifest = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace,
      labels: { [runLabel]: run, "pod-security.kubernetes.io/enforce": "restricted" },
    },
  };
  await kubectl(["apply", "-f", "-"], { input: JSON.stringify(manifest) });
  const values = {
    images: { souk: own.souk, shop: own.shop, database: own.database, wooCommerce: own.wooCommerce },
    baseDomain,
    ingress: { className: ingressClass },
    stores: { most: 40 },
    persistence: { keep: false },
    // All requests of the tests come from one address.
    rateLimit: { perSecond: 0 },
    log: { level: "info,souk=debug" },
    // Told, so that what a killed run has left can be recognised.
    settings: { SOUK_PLATFORM_ID: namespace },
  };
  const local = join(charts, "souk/values-local.yaml");
  await helm(
    [
      "upgrade",
      "--install",
      "souk",
      join(charts, "souk"),
      "-n",
      namespace,
      "-f",
      local,
      "-f",
      "-",
      "--wait",
      "--timeout",
      "3m",
    ],
    { input: JSON.stringify(values), seconds: 200 },
  );
  const { token = "" } = await secret(namespace, "souk-admin");
  const souk = new Souk(`http://souk.${baseDomain}`, token);
  const platform = await until("the platform's API through the front door", 60, () =>
    orNotYet(async () => {
      const answer = await souk.ask("GET", "/api/platform");
      if (answer.status !== 200) throw new NotYet(`GET /api/platform answers ${answer.status}: ${answer.text}`);
      return answer.json<Awaited<ReturnType<Souk["platform"]>>>();
    }),
  );
  const installed = {
    namespace,
    platformId: namespace,
    url: souk.url,
    token,
    wooCommerce: platform.blueprints.find((each) => each.name === "woocommerce")?.wooCommerce.version ?? null,
  };
  mkdirSync(results, { recursive: true });
  writeFileSync(file, JSON.stringify(installed), { mode: 0o600 });
  return installed;
}

/** What `install` noted, for the workers. */
export function installed(): Installed {
  return JSON.parse(readFileSync(file, "utf8")) as Installed;
}

/** The version of WooCommerce in the shop's image, or null for plain WordPress. */
export function wooCommerce(): string | null {
  return installed().wooCommerce;
}

export const withoutWooCommerce = "the shop's image has no WooCommerce: put its archive where images/build finds it";
