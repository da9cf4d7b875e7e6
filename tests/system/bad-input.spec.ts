// What is refused: each time a problem document that names the field, and nothing is created.
import { type Ask, type List, type NewStore, type Problem, Souk, type Store } from "../world/api.ts";
import { namespacesOf } from "../world/cluster.ts";
import { Server } from "../world/server.ts";
import { expect, test } from "../world/test.ts";

interface Refused extends Ask {
  title: string;
  status: number;
  /** The field that the problem must name, where the fault is in a field. */
  field?: string;
}

const body = (store: unknown): Ask => ({ body: store });
const withPassword = (password: string): Ask => body({ name: "Shop", admin: { password } });

const refused: Refused[] = [
  { title: "no name", status: 422, field: "name", ...body({}) },
  { title: "an empty name", status: 422, field: "name", ...body({ name: "" }) },
  { title: "a name of blanks", status: 422, field: "name", ...body({ name: "  \u00a0 " }) },
  { title: "a name of 200 characters", status: 422, field: "name", ...body({ name: "x".repeat(200) }) },
  { title: "control characters in the name", status: 422, field: "name", ...body({ name: "Blue\u0007Mug\n" + "x" }) },
  { title: "a name that is a number", status: 422, field: "name", ...body({ name: 7 }) },
  { title: "a reserved slug", status: 422, field: "slug", ...body({ name: "Shop", slug: "souk" }) },
  { title: "a slug with other letters", status: 422, field: "slug", ...body({ name: "Shop", slug: "Blue_Mug" }) },
  { title: "a slug that ends with a hyphen", status: 422, field: "slug", ...body({ name: "Shop", slug: "mug-" }) },
  { title: "a slug of 60 characters", status: 422, field: "slug", ...body({ name: "Shop", slug: "m".repeat(60) }) },
  { title: "an unknown blueprint", status: 422, field: "blueprint", ...body({ name: "Shop", blueprint: "magento" }) },
  { title: "an unknown plan", status: 422, field: "plan", ...body({ name: "Shop", plan: "galactic" }) },
  { title: "an unknown field", status: 422, field: "colour", ...body({ name: "Shop", colour: "blue" }) },
  { title: "an unknown field inside", status: 422, field: "admin.pin", ...body({ name: "Shop", admin: { pin: "1" } }) },
  { title: "a short password", status: 422, field: "admin.password", ...withPassword("Ab1$efg") },
  { title: "a guessable password", status: 422, field: "admin.password", ...withPassword("password12345") },
  { title: "a password of one letter", status: 422, field: "admin.password", ...withPassword("a".repeat(20)) },
  { title: "an over-long password", status: 422, field: "admin.password", ...withPassword("pQ7$zR2!".repeat(40)) },
  {
    title: "control characters in the password",
    status: 422,
    field: "admin.password",
    ...withPassword("correct\u0000horse battery"),
  },
  {
    title: "a user name with a blank",
    status: 422,
    field: "admin.username",
    ...body({ name: "S", admin: { username: "a b" } }),
  },
  {
    title: "a broken e-mail address",
    status: 422,
    field: "admin.email",
    ...body({ name: "S", admin: { email: "nobody" } }),
  },
  { title: "wrong JSON", status: 400, raw: '{"name": "Shop"' },
  { title: "JSON that is no object", status: 422, raw: '["Shop"]' },
  { title: "no JSON at all", status: 400, raw: "" },
  { title: "a wrong content type", status: 415, raw: '{"name":"Shop"}', headers: { "content-type": "text/plain" } },
  { title: "a body of 10 MB", status: 413, raw: JSON.stringify({ name: "x".repeat(10 * 1024 * 1024) }) },
];

let server: Server;
let souk: Souk;

test.beforeAll(async () => {
  server = await Server.make("bad-input");
  souk = server.souk;
});

test.afterAll(async () => {
  await server.remove();
});

for (const { title, status, field, ...ask } of refused) {
  test(`refuses ${title}`, async () => {
    const answer = (await souk.ask("POST", "/api/stores", ask)).expecting(status);
    const problem = answer.problem();
    expect(problem.status).toBe(status);
    expect(problem.type).toMatch(/^https:\/\/souk\.dev\/problems\/[a-z-]+$/);
    expect(problem.title, "a title").toBeTruthy();
    expect(problem.detail, "a sentence for people").toBeTruthy();
    if (field !== undefined) expect(fields(problem)).toContain(field);
    const password = (ask.body as NewStore | undefined)?.admin?.password;
    if (password !== undefined) expect(answer.text, "the refused password is not told").not.toContain(password);
  });
}

test("refuses unknown stores, operations and paths", async () => {
  for (const path of ["/api/stores/saaaaaaaaaa", "/api/operations/op-aaaaaaaaaaaaaaaa", "/api/nothing-here"]) {
    (await souk.ask("GET", path)).expecting(404).problem();
  }
  (await souk.ask("DELETE", "/api/stores/saaaaaaaaaa")).expecting(404).problem();
  (await souk.ask("PATCH", "/api/stores/saaaaaaaaaa", body({ name: "X" }))).expecting(404).problem();
  (await souk.ask("GET", "/api/stores/..%2F..%2Fetc%2Fpasswd")).expecting(404).problem();
});

test("refuses callers without the token", async () => {
  const stranger = new Souk(souk.url, "wrong");
  for (const path of ["/api/stores", "/api/platform", "/api/events", "/api/metrics", "/api/stores/audit/log"]) {
    (await stranger.ask("GET", path)).expecting(401).problem();
  }
  (await stranger.ask("POST", "/api/stores", body({ name: "Stranger" }))).expecting(401).problem();
});

test("nothing was created by any of it", async () => {
  for (const query of ["", "?phase=Deleted"]) {
    expect((await souk.get<List<Store>>(`/api/stores${query}`)).items).toEqual([]);
  }
  expect(await namespacesOf(server.platformId)).toEqual([]);
});

test("refuses a slug that is taken, and says who may have it", async () => {
  const store = await souk.create({ name: "First", slug: "mug" });
  expect(store.slug).toBe("mug");
  const answer = (await souk.ask("POST", "/api/stores", body({ name: "Second", slug: "mug" }))).expecting(409);
  expect(fields(answer.problem())).toContain("slug");
  const taken = await souk.get<{ available: boolean; reason: string | null }>("/api/slugs/mug");
  expect(taken).toMatchObject({ available: false });
  expect(taken.reason).toBeTruthy();
  // A slug that Souk derives by itself gets a number instead.
  const other = await souk.create({ name: "Mug" });
  expect(other.slug).toBe("mug-2");
  expect((await souk.stores()).total).toBe(2);
});

test("a retried create with the same Idempotency-Key returns the first store", async () => {
  const headers = { "idempotency-key": "order-4711" };
  const first = (await souk.ask("POST", "/api/stores", { ...body({ name: "Once" }), headers })).expecting(202);
  const again = (await souk.ask("POST", "/api/stores", { ...body({ name: "Once" }), headers })).expecting(202);
  expect(again.json<Store>().id).toBe(first.json<Store>().id);
  const other = (await souk.ask("POST", "/api/stores", { ...body({ name: "Twice" }), headers })).expecting(422);
  other.problem();
});

function fields(problem: Problem): string[] {
  return (problem.errors ?? []).map((error) => error.field);
}
