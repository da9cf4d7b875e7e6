// Three stores at once, an order in one of them, and nothing left after they are deleted.
import type { Store } from "../world/api.ts";
import { kubectl, list, namespaceOf, type Thing } from "../world/cluster.ts";
import { type Response, request } from "../world/http.ts";
import { expectNothingLeft, footprint } from "../world/leftovers.ts";
import { forge, seedOf, signInPath } from "../world/login-links.ts";
import { withoutWooCommerce } from "../world/platform.ts";
import { decoded, frontPage, placeOrder, rows } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "serial" });

const names = ["Blue Mug Shop", `Käse & "Co" <Berlin>`, "☕🫖"];
const stores: Store[] = [];
const first = (): Store => stores[0] as Store;

test("three stores asked for at once become ready, each under its own host with its own name", async ({ souk }) => {
  const asked = await Promise.all(names.map((name) => souk.create({ name })));
  // Remembered before they are ready: the last test deletes them whatever happens in between.
  stores.push(...asked);
  expect(new Set(asked.map((store) => store.slug)).size).toBe(3);
  expect(asked[2]?.slug, "a name of emoji only falls back to the id").toBe(asked[2]?.id);

  const ready = await Promise.all(asked.map((store) => souk.waitReady(store.id, 360)));
  stores.splice(0, stores.length, ...ready);
  for (const [at, store] of ready.entries()) {
    const name = names[at] as string;
    expect(store.name).toBe(name);
    expect(decoded(await frontPage(store)), `${store.url} shows its name`).toContain(name);
    const steps = store.operation?.steps.map((step) => `${step.name} ${step.state}`);
    expect(steps).toEqual(
      ["namespace", "secrets", "release", "database", "storefront", "route", "shop"].map((step) => `${step} done`),
    );
  }
  const told = await souk.stores("?limit=100");
  for (const store of ready) expect(told.items.map((each) => each.id)).toContain(store.id);
});

test("every pod of a store keeps to restricted pod security, without a token and with a read-only root", async () => {
  const namespace = namespaceOf(first().id);
  const owner = JSON.parse(await kubectl(["get", "namespace", namespace, "-o", "json"])) as Thing;
  expect(owner.metadata.labels).toMatchObject({
    "souk.dev/store": first().id,
    "pod-security.kubernetes.io/enforce": "restricted",
  });
  interface Pod extends Thing {
    spec: {
      automountServiceAccountToken?: boolean;
      containers: { name: string; securityContext?: { readOnlyRootFilesystem?: boolean } }[];
    };
  }
  const pods = await list<Pod>("pods", { namespace });
  expect(pods.map((pod) => pod.metadata.labels?.["app.kubernetes.io/component"]).sort()).toEqual(["database", "shop"]);
  for (const pod of pods) {
    expect(pod.spec.automountServiceAccountToken, pod.metadata.name).toBe(false);
    for (const container of pod.spec.containers) {
      expect(container.securityContext?.readOnlyRootFilesystem, `${pod.metadata.name} ${container.name}`).toBe(true);
    }
  }
  const walls = await list("resourcequotas,limitranges,networkpolicies", { namespace });
  expect([...new Set(walls.map((wall) => wall.kind))].sort()).toEqual(["LimitRange", "NetworkPolicy", "ResourceQuota"]);
});

test("the shop's own check answers to its token only", async () => {
  const { url } = first();
  for (const path of ["/.well-known/souk/check", "/.well-known/souk/check/"]) {
    const response = await request(`${url}${path}`, { headers: { authorization: "Bearer wrong" } });
    await response.text();
    expect(response.status, path).not.toBe(200);
  }
});

test("a link that signs in is good for one use, in the shop that it was made for", async ({ souk }) => {
  const [store, other] = stores as [Store, Store];
  const post = async (url: string, token: string): Promise<Response> => {
    const body = new URLSearchParams({ token });
    const response = await request(`${url}${signInPath}`, {
      method: "POST",
      body: body.toString(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    await response.text();
    return response;
  };
  const link = await souk.loginLink(store.id);
  const token = new URL(link.url).hash.slice(1);
  expect(link.url).toBe(`${store.url}${signInPath}#${token}`);
  expect((await post(other.url, token)).status, "in another shop").toBe(403);

  // Looking at a link does not use it up.
  const page = await request(`${store.url}${signInPath}`);
  await page.text();
  expect(page.status).toBe(200);
  expect(page.headers.get("cache-control")).toBe("no-store");
  expect(page.headers.get("referrer-policy")).toBe("no-referrer");

  const answers = await Promise.all(Array.from({ length: 6 }, () => post(store.url, token)));
  expect(answers.map(({ status }) => status).sort(), "of six at once, one").toEqual([
    303,
    ...Array<number>(5).fill(403),
  ]);
  const first = answers.find(({ status }) => status === 303);
  expect(first?.headers.get("location")).toBe(store.adminUrl);
  expect(first?.headers.get("cache-control")).toContain("no-store");
  const cookies = first?.headers.getSetCookie() ?? [];
  expect(cookies.filter((cookie) => /^wordpress_logged_in_.*HttpOnly/i.test(cookie))).toHaveLength(1);
  const admin = await request(`${store.adminUrl}profile.php`, {
    headers: { cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") },
  });
  expect(await admin.text()).toContain("wp-admin-bar-my-account");
  expect(admin.status).toBe(200);
  expect((await post(store.url, token)).status, "later").toBe(403);

  const seed = await seedOf(store.id);
  const unsigned = forge({ seed, store: store.id, header: { alg: "none", typ: "souk-login+jwt" } });
  for (const wrong of [unsigned, forge({ seed, store: store.id, endsIn: 3600 }), "", "a.b.c", "x".repeat(6000)]) {
    expect((await post(store.url, wrong)).status, wrong.slice(0, 80)).toBe(403);
  }

  const [, payload = "", signature = ""] = token.split(".");
  const { jti } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { jti: string };
  const logs = await kubectl(["logs", "deployment/shop", "-n", namespaceOf(store.id), "--all-containers"]);
  expect(logs).toContain(`souk: sign-in: admin signed in as admin link=${jti}`);
  expect(logs).toContain(`"POST ${signInPath}" 303`);
  for (const secretPart of [payload, signature]) expect(logs).not.toContain(secretPart);
  const { items } = await souk.get<{ items: { detail: string }[] }>(
    `/api/stores/audit/log?action=login-link.create&store=${store.id}`,
  );
  expect(items.map(({ detail }) => detail)).toEqual([`link ${jti}`]);
  const sessions = await rows(store.id, "select meta_value from wp_usermeta where meta_key = 'session_tokens'");
  expect(sessions.join(), "whose session it is").toContain('"souk_user";s:5:"admin"');
});

test("a store without WooCommerce never claims that orders can be placed", ({ platform }) => {
  test.skip(platform.wooCommerce !== null, "the shop's image has WooCommerce");
  const orders = first().conditions.find((condition) => condition.type === "OrdersReady");
  expect(orders).toMatchObject({ status: "False", reason: "WooCommerceMissing" });
  expect(first().ordersPossible).toBe(false);
});

test("nothing of the shop that all stores are copied from is left in a store", async ({ platform }) => {
  const columns = await rows(
    first().id,
    `select table_name, column_name from information_schema.columns
      where table_schema = 'shop' and data_type in ('varchar', 'text', 'mediumtext', 'longtext')`,
  );
  expect(columns.length).toBeGreaterThan(50);
  const counts = columns.map(
    ([table, column]) => `select '${table}.${column}', count(*) from ${table} where ${column} like '%golden%'`,
  );
  const found = await rows(first().id, counts.join(" union all "));
  expect(found.filter(([, count]) => count !== "0")).toEqual([]);

  const own = `select user_pass from wp_users ${
    platform.wooCommerce
      ? "union all select option_value from wp_options where option_name = 'woocommerce_store_id'"
      : ""
  }`;
  const [one, other] = await Promise.all(stores.slice(0, 2).map((store) => rows(store.id, own)));
  expect(one).toHaveLength(platform.wooCommerce ? 2 : 1);
  for (const [at, row] of (one ?? []).entries()) expect(row).not.toEqual(other?.[at]);
});

test("an order through the public Store API is in the shop's database", async ({ platform }) => {
  test.skip(platform.wooCommerce === null, withoutWooCommerce);
  expect(first().ordersPossible).toBe(true);
  const order = await placeOrder(first().url);
  expect(order.status).toBe("processing");
  const found = await rows(
    first().id,
    `select status, payment_method, billing_email from wp_wc_orders where id = ${order.id}`,
  );
  expect(found).toEqual([["wc-processing", "cod", "ada@example.com"]]);
});

test("deleted stores leave nothing on the cluster or on the node's disk", async ({ souk }) => {
  const before = await Promise.all(stores.map((store) => footprint(store.id)));
  for (const each of before) expect(each.volumes, each.namespace).toHaveLength(2);

  const doomed = await souk.delete(first().id);
  expect(doomed.phase).toBe("Deleting");
  const again = await souk.ask("DELETE", `/api/stores/${first().id}`);
  expect(again.status, "a second delete while the first runs").toBe(409);
  expect(again.problem().type).toBe("https://souk.dev/problems/already-deleting");
  await Promise.all(stores.slice(1).map((store) => souk.delete(store.id)));

  await Promise.all(stores.map((store) => souk.waitGone(store.id)));
  for (const [at, store] of stores.entries()) {
    await expectNothingLeft(store.id, before[at]);
    const response = await request(`${store.url}/`);
    await response.text();
    expect(response.status, `${store.url} after the delete`).toBe(404);
  }
  const later = await souk.ask("DELETE", `/api/stores/${first().id}`);
  expect(later.status, "a delete after it is gone").toBe(410);
  expect((await souk.stores("?limit=100")).items.map((each) => each.id)).not.toContain(first().id);
  expect((await souk.stores("?phase=Deleted&limit=100")).items.map((each) => each.id)).toContain(first().id);
});
