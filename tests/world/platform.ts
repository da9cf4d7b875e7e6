// Platforms under test: installed from charts/souk into namespaces of this run's own, beside whatever other
// platform lives on the cluster. The shared one is installed and removed by setup.ts and teardown.ts.
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

/** Values of the chart, as they are written on its standard input. */
export type Values = { [name: string]: string | number | boolean | string[] | Values };

/** What every platform of a test is installed with; `more` goes first. */
function valuesOf(namespace: string, baseDomain: string, more: Values): Values {
  const base: Values = {
    images: { ...images() },
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
  return merged(base, more);
}

function merged(base: Values, more: Values): Values {
  const result = { ...base };
  for (const [name, value] of Object.entries(more)) {
    const under = result[name];
    const both = isMap(under) && isMap(value);
    result[name] = both ? merged(under, value) : value;
  }
  return result;
}

const isMap = (value: Values[string] | undefined): value is Values =>
  typeof value === "object" && !Array.isArray(value);

/** A platform of this run: the shared one, or another that a test needs for itself. */
export class Place {
  readonly namespace: string;
  readonly baseDomain: string;

  constructor(name: string) {
    this.namespace = platformIdOf(run, name);
    this.baseDomain = name === shared ? `${run}.localhost` : `${name}-${run}.localhost`;
  }

  /** Makes the namespace, restricted, and labelled so that a killed run can be swept. */
  async prepare(): Promise<void> {
    const labels = { [runLabel]: run, "pod-security.kubernetes.io/enforce": "restricted" };
    const manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: this.namespace, labels } };
    await kubectl(["apply", "-f", "-"], { input: JSON.stringify(manifest) });
  }

  /** `helm upgrade --install` with these values, to its end. */
  async upgrade(values: Values = {}, ...flags: string[]): Promise<string> {
    const chart = join(charts, "souk");
    const files = ["-f", join(chart, "values-local.yaml"), "-f", "-"];
    return helm(
      ["upgrade", "--install", "souk", chart, "-n", this.namespace, ...files, "--wait", "--timeout", "3m", ...flags],
      { input: JSON.stringify(valuesOf(this.namespace, this.baseDomain, values)), seconds: 200 },
    );
  }

  /** The platform as its API tells about it, through the front door. */
  async answering(): Promise<Installed> {
    const { token = "" } = await secret(this.namespace, "souk-admin");
    const souk = new Souk(`http://souk.${this.baseDomain}`, token);
    const platform = await until("the platform's API through the front door", 60, () =>
      orNotYet(async () => {
        const answer = await souk.ask("GET", "/api/platform");
        if (answer.status !== 200) throw new NotYet(`GET /api/platform answers ${answer.status}: ${answer.text}`);
        return answer.json<Awaited<ReturnType<Souk["platform"]>>>();
      }),
    );
    return {
      namespace: this.namespace,
      platformId: this.namespace,
      url: souk.url,
      token,
      wooCommerce: platform.blueprints.find((each) => each.name === "woocommerce")?.wooCommerce.version ?? null,
    };
  }
}

const shared = "platform";

/** Installs the platform that most tests share, and notes it for the workers. */
export async function install(): Promise<Installed> {
  const place = new Place(shared);
  await place.prepare();
  await place.upgrade();
  const installed = await place.answering();
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
