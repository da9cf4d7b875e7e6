// A chosen password, with everything in it that shells, JSON, PHP and SQL could trip over: it works
// exactly, is told by the credentials call only, and survives an upgrade of the release.
import { randomBytes } from "node:crypto";
import type { Store } from "../world/api.ts";
import { helm, kubectl, namespaceOf, secret } from "../world/cluster.ts";
import { request } from "../world/http.ts";
import { ArgumentWatch, filesBelow, findSecrets, releaseRecords } from "../world/search.ts";
import { Server } from "../world/server.ts";
import { canSignIn, decoded, frontPage } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "serial" });

const canary = `canary${randomBytes(12).toString("hex")}`;
const password = `${canary}, "it's" 50% \\ \`off\` $HOME & <b> \\' é`;
const admin = { username: "ada.byron", email: "ada@example.com", password };

let server: Server;
let store: Store;
let seen: string[];

test.beforeAll(async () => {
  server = await Server.make("password", {}, { settings: { RUST_LOG: "debug" } });
});

test.afterAll(async () => {
  await server.remove();
});

test("a store is created with a chosen password", async () => {
  const watch = new ArgumentWatch();
  const answer = (
    await server.souk.ask("POST", "/api/stores", { body: { name: "Canary", slug: "canary", admin } })
  ).expecting(202);
  expect(findSecrets({ canary }, [["the answer to the create", answer.text]])).toEqual([]);
  store = await server.souk.waitReady(answer.json<Store>().id).finally(async () => {
    seen = await watch.stop();
  });
});

test("the password works exactly, and only so", async () => {
  expect(await server.souk.credentials(store.id)).toEqual({ ...admin, adminUrl: store.adminUrl });
  expect(await canSignIn(store.url, admin.username, password), "the whole password").toBe(true);
  expect(await canSignIn(store.url, admin.username, canary), "a part of it").toBe(false);
  expect(await canSignIn(store.url, admin.username, password.replaceAll("\\", "")), "without backslashes").toBe(false);
});

test("no secret is anywhere but in its Secret and in the credentials call", async () => {
  const namespace = namespaceOf(store.id);
  const keys = await secret(namespace, "store-keys");
  const ofTheStore = {
    "the chosen password": canary,
    "the database password": (await secret(namespace, "store-database"))["password"] ?? "",
    "the keys' seed": keys["seed"] ?? "",
    "the check token": keys["check-token"] ?? "",
  };
  const adminToken = server.souk.token;
  const secrets = { ...ofTheStore, "the admin token": adminToken };
  for (const [which, value] of Object.entries(secrets)) expect(value.length, which).toBeGreaterThan(15);

  // The search itself is tried first: it has to find what is there, in clear and in base64.
  expect(
    findSecrets({ canary }, [["the credentials", JSON.stringify(await server.souk.credentials(store.id))]]),
  ).toHaveLength(1);
  const raw = await kubectl(["get", "secret", "store-admin", "-n", namespace, "-o", "yaml"]);
  expect(findSecrets({ canary }, [["the Secret", raw]])).toHaveLength(1);
  expect(seen.filter((line) => line.includes("helm\0upgrade")).length, "helm was seen at work").toBeGreaterThan(0);

  const own = filesBelow(server.folder);
  const places: [string, string][] = [
    ...seen.map((line): [string, string] => [`arguments ${line.split("\0")[0]}`, line]),
    ["helm get all", await helm(["get", "all", "store", "-n", namespace])],
    ["helm get values", await helm(["get", "values", "store", "-n", namespace, "--all"])],
    ...(await releaseRecords(namespace)),
    ["objects and events", await kubectl(["get", kinds, "-n", namespace, "-o", "yaml"])],
    ["the namespace", await kubectl(["get", "namespace", namespace, "-o", "yaml"])],
    ["logs of the shop", await logs(namespace, "deployment/shop")],
    ["logs of the database", await logs(namespace, "statefulset/database")],
    ["the server's log", server.log()],
    ...(await answers()),
  ];
  expect(findSecrets(secrets, places)).toEqual([]);
  expect(findSecrets(ofTheStore, own), "the server's own files, its database among them").toEqual([]);
  expect(
    findSecrets(
      { adminToken },
      own.filter(([path]) => !path.endsWith("/admin-token")),
    ),
  ).toEqual([]);
});

test("telling the credentials is written down, without them", async () => {
  interface Entry {
    action: string;
    storeId: string | null;
    actor: string;
  }
  const { items } = await server.souk.get<{ items: Entry[] }>("/api/stores/audit/log?limit=100");
  const told = items.filter((entry) => entry.storeId === store.id && /credential/i.test(entry.action));
  expect(told.length).toBeGreaterThan(0);
  expect(told[0]?.actor).toBe("admin");
});

test("a rename moves the shop to its new address and leaves every secret as it was", async () => {
  const namespace = namespaceOf(store.id);
  const names = ["store-admin", "store-database", "store-keys"];
  const before = await Promise.all(names.map((name) => secret(namespace, name)));

  const answer = await server.souk.ask("GET", `/api/stores/${store.id}`);
  const tag = answer.headers.get("etag") ?? "";
  const change = { body: { name: "Canary Two", slug: "canary-two" } };
  const stale = { ...change, headers: { "if-match": '"0"' } };
  (await server.souk.ask("PATCH", `/api/stores/${store.id}`, stale)).expecting(412).problem();
  const path = `/api/stores/${store.id}`;
  const accepted = (await server.souk.ask("PATCH", path, { ...change, headers: { "if-match": tag } })).expecting(202);
  expect(accepted.json<Store>().operation).toMatchObject({ kind: "update" });

  const renamed = await server.souk.waitFor(
    store.id,
    "renamed",
    240,
    ({ phase, operation }) => phase === "Ready" && operation?.kind === "update" && operation.state === "succeeded",
  );
  expect(renamed.url).toBe(store.url.replace("//canary.", "//canary-two."));
  expect(decoded(await frontPage(renamed))).toContain("Canary Two");
  const old = await request(`${store.url}/`);
  await old.text();
  expect(old.status, "the old address").toBe(404);

  expect(await Promise.all(names.map((name) => secret(namespace, name)))).toEqual(before);
  expect(await canSignIn(renamed.url, admin.username, password)).toBe(true);
});

const kinds = "pods,services,deployments,replicasets,statefulsets,configmaps,ingresses,persistentvolumeclaims,events";

const logs = (namespace: string, workload: string): Promise<string> =>
  kubectl(["logs", workload, "-n", namespace, "--all-containers"]);

/** Everything that the API tells, but for the credentials. */
async function answers(): Promise<[string, string][]> {
  const one = `/api/stores/${store.id}`;
  const paths = [
    ...["/api/stores", one, `${one}/events?limit=100`, `${one}/operations`, "/api/stores/audit/log?limit=100"],
    ...[`${one}/logs?component=shop&container=php&tail=5000`, `${one}/logs?component=database&tail=5000`],
    ...["/api/platform", "/api/metrics", "/api/health", "/api/slugs/canary", "/api/openapi.json"],
  ];
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => [
      path,
      (await server.souk.ask("GET", path)).expecting(200).text,
    ]),
  );
}
