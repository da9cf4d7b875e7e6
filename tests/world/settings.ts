// What the tests know about where they run: folders, the cluster's tools, the images, this run's names.
// Read once; nothing here talks to the cluster.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

const environment = process.env;

export const repository = resolve(import.meta.dirname, "../..");
export const results = environment["SOUK_TEST_RESULTS"] ?? join(repository, "tests/results");
export const cache =
  environment["SOUK_CACHE"] ?? join(environment["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "souk");

/** Six letters that every name of this run carries: namespaces, host names, labels. */
export const run = required("SOUK_TEST_RUN", "playwright.config.ts sets it");

/** Where the cluster's ingress controller answers on this machine. */
export const frontDoor = new URL(`http://${environment["SOUK_TEST_FRONT_DOOR"] ?? "127.0.0.1:80"}`);
export const ingressClass = environment["SOUK_TEST_INGRESS_CLASS"] ?? "traefik";

export const kubeconfig = required("KUBECONFIG", "tests/run sets it; `eval $(make env)` does too");
export const charts = join(repository, "charts");

/** The server of the tests that kill it: a debug build with fail points. */
export function serverBinary(): string {
  // npm changes into the tests' folder; a path is meant from where it was called.
  const path = resolve(environment["INIT_CWD"] ?? ".", required("SOUK_TEST_BINARY", "tests/run builds it"));
  if (!existsSync(path)) throw new Error(`SOUK_TEST_BINARY=${path} is not there: tests/run system builds it`);
  return path;
}

export interface Images {
  souk: string;
  shop: string;
  database: string;
  postgres: string;
  wooCommerce: string;
}

/** The references that were brought to the cluster (images/load). */
export function images(): Images {
  const path = join(cache, "images/loaded.env");
  const lines = readFileSync(path, "utf8").matchAll(/^(?:export )?(\w+)=["']?([^"'\n]*)["']?$/gm);
  const refs = new Map([...lines].map(([, name, value]) => [name, value]));
  const take = (name: string): string => {
    const value = environment[name] ?? refs.get(name);
    if (!value) throw new Error(`${path} does not name ${name}: run make images`);
    return value;
  };
  return {
    souk: take("SOUK_IMAGE_SOUK"),
    shop: take("SOUK_IMAGE_SHOP"),
    database: take("SOUK_IMAGE_DATABASE"),
    postgres: take("SOUK_IMAGE_POSTGRES"),
    wooCommerce: take("SOUK_WOOCOMMERCE"),
  };
}

function required(name: string, hint: string): string {
  const value = environment[name];
  if (!value) throw new Error(`${name} is not set: ${hint}`);
  return value;
}
