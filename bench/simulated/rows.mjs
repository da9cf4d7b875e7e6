// Rows of stores that have been ready for a while, written with SQL: making 10,000 stores through the API
// would take hours of installing. The shape of a row is that of a store that the API has made; what a birth
// changes of it (phase, conditions, operation, timeline) is set as a birth leaves it.
import { execFileSync } from "node:child_process";
import { idOf, slugOf, uidOf } from "./names.mjs";

const isSqlite = (url) => url.startsWith("sqlite:");

/** Runs SQL with the database's own client. */
function client(url, args, input) {
  const [command, ...rest] = isSqlite(url)
    ? ["sqlite3", "-bail", url.replace("sqlite://", ""), ...args]
    : ["psql", url, "-v", "ON_ERROR_STOP=1", "-q", ...args];
  return execFileSync(command, rest, { input, encoding: "utf8", maxBuffer: 1 << 28 });
}

function rowsOf(url, table) {
  const text = isSqlite(url)
    ? client(url, ["-json"], `SELECT * FROM ${table} ORDER BY id;`)
    : client(url, ["-tA"], `SELECT coalesce(json_agg(t), '[]') FROM (SELECT * FROM ${table} ORDER BY id) t;`);
  return JSON.parse(text || "[]");
}

function literal(value) {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "number") return String(value);
  return `'${value.replaceAll("'", "''")}'`;
}

function* inserts(table, rows) {
  const columns = Object.keys(rows[0]);
  for (let at = 0; at < rows.length; at += 200) {
    const part = rows.slice(at, at + 200).map((row) => `(${columns.map((name) => literal(row[name])).join(",")})`);
    yield `INSERT INTO ${table} (${columns.join(",")}) VALUES\n${part.join(",\n")};\n`;
  }
}

const CONDITIONS = [
  ["ClusterReachable", "Reachable", "The cluster answers."],
  ["ReleaseReady", "Deployed", "The release is installed."],
  ["DatabaseReady", "Available", "The database is up."],
  ["StorefrontReady", "Available", "The shop is up."],
  ["RouteReady", "Answers", "The shop answers under its address."],
  ["ShopReady", "Passed", "The shop's own check passed."],
  ["OrdersReady", "Possible", "An order can be placed."],
];
const EVENTS = [
  ["StoreRequested", "The store was asked for by admin.", null],
  ["NamespaceCreated", "The namespace was made.", "namespace"],
  ["SecretsCreated", "Passwords and keys were made.", "secrets"],
  ["ReleaseInstalled", "The release was installed.", "release"],
  ["DatabaseReady", "The database is up.", "database"],
  ["StorefrontReady", "The shop is up.", "storefront"],
  ["RouteReady", "The shop answers under its address.", "route"],
  ["ShopReady", "The shop's own check passed.", "shop"],
  ["StoreReady", "The shop is ready and takes orders.", null],
];
/** Words for names, so that a search finds some stores and not all. */
const WORDS = ["Blue", "Red", "Green", "Old", "New", "Little", "Grand", "Quiet", "Sunny", "Paper", "Stone"];

/** Turns the one store that was made through the API into `count`: the first `living` are ready, the others were deleted. */
export function multiply(url, count, living = count) {
  const [store] = rowsOf(url, "stores");
  const [operation] = rowsOf(url, "operations");
  const [audit] = rowsOf(url, "audit_entries");
  const [event] = rowsOf(url, "events");
  const first = store.created_at - count * 60_000;
  const on = isSqlite(url) ? 1 : true;
  const tables = { stores: [], operations: [], audit_entries: [], events: [] };
  for (let number = 0; number < count; number += 1) {
    const id = idOf(number);
    const slug = slugOf(number);
    const name = `${WORDS[number % 11]} ${WORDS[(number * 7) % 11]} Mug Shop ${number}`;
    const at = first + number * 60_000;
    const time = (seconds) => new Date(at + seconds * 1000).toISOString();
    const operationId = `op-${id.slice(1)}bench`;
    const conditions = CONDITIONS.map(([type, reason, message]) => ({
      ...{ type, status: "True", reason, message, lastTransitionTime: time(9) },
    }));
    const steps = JSON.parse(operation.steps).map((step) => ({
      ...{ ...step, state: "done", startedAt: time(1), finishedAt: time(9), message: null },
    }));
    tables.stores.push({
      ...{ ...store, id, name, slug, live_slug: slug, search_text: `${name.toLowerCase()} ${slug} ${id}` },
      ...{ phase: "Ready", conditions: JSON.stringify(conditions), orders_possible: on, operation_id: operationId },
      ...{ sealed_password: null, revision: 12, lease_owner: null, lease_fence: 1, lease_expires_at: null },
      ...{ created_at: at, updated_at: at + 9000, ready_at: at + 9000, namespace_uid: uidOf(number) },
      // As long as the sealed copy of a store's secrets is.
      sealed_secrets: "x".repeat(600),
    });
    if (number >= living) {
      const gone = { phase: "Deleted", live_slug: null, sealed_secrets: null, deleted_at: at + 60_000 };
      Object.assign(tables.stores.at(-1), gone);
    }
    tables.operations.push({
      ...{ ...operation, kind: number < living ? operation.kind : "delete" },
      ...{ id: operationId, store_id: id, state: "succeeded", steps: JSON.stringify(steps) },
      ...{ reason: null, message: null, created_at: at, started_at: at + 1000, finished_at: at + 9000 },
    });
    tables.audit_entries.push({ ...audit, id: audit.id + 1 + number, at, store_id: id, store_name: name });
    for (const [place, [reason, message, step]] of EVENTS.entries()) {
      const own = { id: event.id + 100 + number * EVENTS.length + place, store_id: id, operation_id: operationId };
      tables.events.push({ ...event, ...own, at: at + place * 1000, reason, message, step });
    }
  }
  let sql = "BEGIN;\n";
  for (const table of Object.keys(tables)) sql += `DELETE FROM ${table};\n`;
  for (const [table, rows] of Object.entries(tables)) if (rows.length > 0) sql += [...inserts(table, rows)].join("");
  sql += "COMMIT;\n";
  if (!isSqlite(url)) {
    for (const table of ["events", "audit_entries"]) {
      sql += `SELECT setval(pg_get_serial_sequence('${table}', 'id'), coalesce((SELECT max(id) FROM ${table}), 1));\n`;
    }
    sql += "ANALYZE;\n";
  }
  client(url, [], sql);
}
