// The command line against the platform under test, from signing in to a store that is gone.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Credentials, Store, TimelineEvent, Usage } from "../world/api.ts";
import { execute, type Ran } from "../world/cluster.ts";
import { expectNothingLeft, type Footprint, footprint } from "../world/leftovers.ts";
import { installed } from "../world/platform.ts";
import { results, run, serverBinary } from "../world/settings.ts";
import { canSignIn } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "serial" });

const home = join(results, "home");
const slug = `cli-${run}`;
let id = "";

/** Runs `souk` as a user with a home folder of the tests' own. */
function souk(args: string[], input = "", settings: Record<string, string> = {}): Promise<Ran> {
  return execute(serverBinary(), args, {
    input,
    seconds: 400,
    environment: {
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      SOUK_URL: "",
      SOUK_TOKEN: "",
      RUST_LOG: "",
      ...settings,
    },
  });
}

async function json<T>(...args: string[]): Promise<T> {
  const ran = await souk([...args, "--output", "json"]);
  expect(ran.code, `souk ${args.join(" ")}: ${ran.error}`).toBe(0);
  return JSON.parse(ran.out) as T;
}

test.beforeAll(() => {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
});

test.afterAll(async ({ souk: api }) => {
  if (id !== "") await api.ask("DELETE", `/api/stores/${id}`);
});

test("login refuses a wrong token and remembers the right one", async () => {
  const { url, token } = installed();
  const wrong = await souk(["login", url, "--token-stdin"], "not-the-token\n");
  expect(wrong.code, "the exit code for a refused token").toBe(4);
  const right = await souk(["login", url, "--token-stdin"], `${token}\n`);
  expect(right.code, right.error).toBe(0);
  expect(right.out + right.error).not.toContain(token);
  expect((await souk(["status"])).out).toContain(url.replace("http://", ""));
});

test("store create --wait shows each step and ends when the store is ready", async () => {
  const made = await souk(["store", "create", "Made By Hand", "--slug", slug, "--wait", "--output", "json"]);
  expect(made.code, made.error).toBe(0);
  const store = JSON.parse(made.out) as Store;
  id = store.id;
  expect(store).toMatchObject({ name: "Made By Hand", slug, phase: "Ready" });
  for (const step of store.operation?.steps ?? [])
    expect(made.error, "the progress names each step").toContain(step.title);
});

test("a refused create ends with the code for wrong input and names the field", async () => {
  const refused = await souk(["store", "create", "Another", "--slug", "souk"]);
  expect(refused.code, refused.error).toBe(2);
  expect(refused.error).toContain("slug");
});

test("store list, get, open, credentials, events and logs tell of the store", async () => {
  expect((await json<Store[]>("store", "list")).map((store) => store.id)).toContain(id);
  expect((await souk(["store", "list"])).out).toContain("Made By Hand");
  expect(await json<Store>("store", "get", slug)).toMatchObject({ id, phase: "Ready" });
  const { url } = await json<Store>("store", "get", id);
  expect((await souk(["store", "open", slug, "--print"])).out.trim()).toBe(url);

  const told = await json<Credentials>("store", "credentials", slug);
  expect(told.password.length).toBeGreaterThanOrEqual(12);
  expect(await canSignIn(url, told.username, told.password), "the generated password works").toBe(true);

  const link = await souk(["store", "login-link", slug]);
  expect(link.out.trim()).toMatch(new RegExp(`^${url}/\\.well-known/souk/sign-in#[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));

  const events = await json<TimelineEvent[]>("store", "events", slug);
  expect(events.length).toBeGreaterThan(3);
  expect((await souk(["store", "logs", slug])).out).toContain("bootstrap");
  expect((await souk(["store", "logs", slug, "--component", "database"])).out).not.toBe("");
});

test("rename --wait moves the store", async () => {
  const renamed = await souk(["store", "rename", slug, "Renamed By Hand", "--wait"]);
  expect(renamed.code, renamed.error).toBe(0);
  expect(await json<Store>("store", "get", slug)).toMatchObject({ name: "Renamed By Hand", phase: "Ready" });
});

test("doctor finds the cluster and the platform well", async () => {
  const { namespace } = installed();
  const ran = await souk(["doctor", "--namespace", namespace, "--output", "json"]);
  const { checks } = JSON.parse(ran.out) as {
    checks: { check: string; verdict: string; message: string; remedy: string | null }[];
  };
  // Shops that take no orders are nothing that an operator wants to hear of from a customer.
  const failed = installed().wooCommerce === null ? ["WooCommerce"] : [];
  expect(checks.filter((each) => each.verdict === "failed").map((each) => each.check)).toEqual(failed);
  expect(ran.code, ran.error).toBe(failed.length === 0 ? 0 : 1);
  const woo = checks.find((each) => each.check === "WooCommerce");
  expect(woo?.verdict, woo?.message).toBe(installed().wooCommerce === null ? "failed" : "ok");
});

test("store usage tells what the store uses, once the cluster has measured it", async () => {
  const usage = await until("what the store uses", 180, async () => {
    const told = await json<Usage>("store", "usage", slug);
    if (told.reason !== "NoMetricsServer" && (told.now === null || told.points.length === 0))
      throw new NotYet(`it says: ${JSON.stringify(told)}`);
    return told;
  });
  test.skip(usage.reason === "NoMetricsServer", "the cluster has no metrics server: nothing can be measured");
  expect(usage).toMatchObject({ available: true, window: "1h" });
  const most = usage.plan?.memoryLimitMebibytes ?? 0;
  // A shop and a database that run need some memory, and never more than their limits.
  expect(usage.now?.memoryMebibytes).toBeGreaterThan(20);
  for (const point of usage.points) {
    expect(point.memoryMebibytesMax).toBeLessThanOrEqual(most);
    expect(point.memoryMebibytes).toBeLessThanOrEqual(point.memoryMebibytesMax);
    expect(point.cpuMillicores).toBeLessThanOrEqual(point.cpuMillicoresMax);
  }
  const shown = (await souk(["store", "usage", slug])).out;
  expect(shown).toContain("% of its limit");
  expect(shown).toContain("MEMORY MOST");
});

test("doctor says what to do where there is no platform", async () => {
  const ran = await souk([
    "doctor",
    "--namespace",
    "nothing-here",
    "--url",
    "http://nothing-here.localhost",
    "--output",
    "json",
  ]);
  expect(ran.code).toBe(1);
  const { checks } = JSON.parse(ran.out) as { checks: { check: string; verdict: string; remedy: string | null }[] };
  const failed = checks.filter((each) => each.verdict === "failed");
  expect(failed.length).toBeGreaterThan(0);
  for (const each of failed) expect(each.remedy, each.check).toBeTruthy();
});

test("what is not there and who is not signed in end with codes of their own", async () => {
  expect((await souk(["store", "get", "nobody"])).code).toBe(3);
  const elsewhere = ["store", "list", "--url", "http://127.0.0.1:9"];
  expect((await souk(elsewhere)).code, "not signed in there").toBe(4);
  expect((await souk(elsewhere, "", { SOUK_TOKEN: "some-token" })).code, "nobody answers there").toBe(6);
  expect((await souk(["store", "delete", slug])).code, "a delete is not done without being asked for").not.toBe(0);
});

test("store delete --wait ends when nothing is left", async () => {
  const before: Footprint = await footprint(id);
  const gone = await souk(["store", "delete", slug, "--yes", "--wait"]);
  expect(gone.code, gone.error).toBe(0);
  await expectNothingLeft(id, before);
  expect((await souk(["store", "get", slug])).code).toBe(3);
});
