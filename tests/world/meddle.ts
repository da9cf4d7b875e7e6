// What the tests do to a store behind Souk's back, and how they find what Souk says about it.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Condition, Souk, Store, TimelineEvent } from "./api.ts";
import { kubectl, list, namespaceOf, type Thing } from "./cluster.ts";
import { results } from "./settings.ts";
import { NotYet, orNotYet, until } from "./wait.ts";

/** kubectl in the store's namespace. */
export const meddle = (store: { id: string }, ...args: string[]): Promise<string> =>
  kubectl([...args, "-n", namespaceOf(store.id)]);

/** `kubectl patch` with a merge patch. */
export const patch = (store: { id: string }, thing: string, change: unknown): Promise<string> =>
  meddle(store, "patch", thing, "--type=merge", "-p", JSON.stringify(change));

/** One object of the store. */
export async function thing<T extends Thing = Thing>(store: { id: string }, name: string): Promise<T> {
  return JSON.parse(await meddle(store, "get", name, "-o", "json")) as T;
}

/** A value of an object, by kubectl's jsonpath. */
export const value = (store: { id: string }, name: string, path: string): Promise<string> =>
  meddle(store, "get", name, "-o", `jsonpath={${path}}`);

export const condition = (store: Store, type: string): Condition | undefined =>
  store.conditions.find((each) => each.type === type);

/** Nobody's change is left, and the shop is well. */
export const isWhole = (store: Store): boolean =>
  store.phase === "Ready" &&
  condition(store, "AsWanted")?.status === "True" &&
  (store.operation === null || store.operation.state === "succeeded");

/** Waits for a line of the timeline that is newer than `after`. */
export async function told(
  souk: Souk,
  store: { id: string },
  what: RegExp,
  seconds: number,
  after = 0,
): Promise<TimelineEvent> {
  return until(`an event of ${store.id} that says ${what}`, seconds, async () => {
    const events = (await orNotYet(() => souk.timeline(store.id))).filter((event) => event.id > after);
    const found = events.find((event) => what.test(`${event.reason}: ${event.message}`));
    if (found) return found;
    const lines = events.slice(-5).map((event) => `${event.reason}: ${event.message}`);
    throw new NotYet(`The newest are: ${lines.join(" | ")}`);
  });
}

/** The id of the newest line of the timeline. */
export const newest = async (souk: Souk, store: { id: string }): Promise<number> =>
  (await souk.timeline(store.id)).at(-1)?.id ?? 0;

interface Record extends Thing {
  data: { release: string };
}

/** The newest revision of the store's release, as Helm keeps it. */
export async function release(store: { id: string }): Promise<Record> {
  const records = await list<Record>("secrets", { namespace: namespaceOf(store.id), labels: "owner=helm,name=store" });
  const revision = ({ metadata }: Record): number => Number(metadata.labels?.["version"]);
  const found = records.sort((one, other) => revision(other) - revision(one))[0];
  if (!found) throw new Error(`the store ${store.id} has no release`);
  return found;
}

export const statusOf = (record: Record): string => record.metadata.labels?.["status"] ?? "";

/** Rewrites the newest revision as a Helm would leave it that was killed: its label and what it holds. */
export async function pretend(store: { id: string }, status: string): Promise<void> {
  const record = await release(store);
  const packed = Buffer.from(Buffer.from(record.data.release, "base64").toString("utf8"), "base64");
  const held = JSON.parse(gunzipSync(packed).toString("utf8")) as { info: { status: string } };
  held.info.status = status;
  const packedAgain = gzipSync(JSON.stringify(held)).toString("base64");
  const change = {
    metadata: { labels: { status } },
    data: { release: Buffer.from(packedAgain).toString("base64") },
  };
  // Too long for an argument.
  const file = join(results, `release-${store.id}.json`);
  writeFileSync(file, JSON.stringify(change));
  await meddle(store, "patch", "secret", record.metadata.name, "--type=merge", `--patch-file=${file}`);
}

/** The process of a Helm that works on this store below `parent`, if there is one now. */
export function helmOf(store: { id: string }, parent: number): number | undefined {
  const namespace = namespaceOf(store.id);
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (!words[0]?.endsWith("helm") || !words.includes(namespace)) continue;
      if (Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) === parent) {
        return Number(pid);
      }
    } catch {
      // It has ended in between.
    }
  }
  return undefined;
}

/** Sends a signal to a process of this machine. */
export const signal = (pid: number, name: "KILL" | "STOP" | "CONT"): void => {
  execFileSync("kill", [`-${name}`, String(pid)]);
};
