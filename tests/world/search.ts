// Looking for a secret where it must not be: as it is, and in base64 at each of the three alignments.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { list } from "./cluster.ts";

/** The forms in which `secret` could appear, without the base64 letters that depend on its neighbours. */
function forms(secret: string): string[] {
  const encoded = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const text = bytes.toString("base64").replace(/=+$/, "");
    return text.slice(offset === 0 ? 0 : offset + 1, text.length - 2);
  });
  return [secret, ...encoded];
}

/** The places, of those given, in which any of the secrets appears: `place: which`. */
export function findSecrets(secrets: Record<string, string>, places: Iterable<readonly [string, string]>): string[] {
  const sought = Object.entries(secrets).map(([which, secret]) => [which, forms(secret)] as const);
  const found: string[] = [];
  for (const [place, text] of places) {
    for (const [which, needles] of sought) {
      if (needles.some((needle) => text.includes(needle))) found.push(`${place}: ${which}`);
    }
  }
  return found;
}

/** Notes the arguments of every process of this machine until it is stopped; helm's environment too. */
export class ArgumentWatch {
  readonly #seen = new Set<string>();
  #done = false;
  readonly #finished: Promise<void>;

  constructor() {
    this.#finished = this.#watch();
  }

  async #watch(): Promise<void> {
    while (!this.#done) {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
          const line = readFileSync(`/proc/${pid}/cmdline`, "latin1");
          if (line === "" || this.#seen.has(line)) continue;
          this.#seen.add(line);
          if (/helm/.test(line)) this.#seen.add(readFileSync(`/proc/${pid}/environ`, "latin1"));
        } catch {
          // It has ended in between, or is not ours to read.
        }
      }
      await setTimeout(5);
    }
  }

  async stop(): Promise<string[]> {
    this.#done = true;
    await this.#finished;
    return [...this.#seen];
  }
}

/** Every file below a folder, as bytes that can be searched. */
export function filesBelow(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, "latin1")]);
}

/** What Helm has kept of each revision: chart, values, manifest, as JSON. */
export async function releaseRecords(namespace: string): Promise<[string, string][]> {
  const kept = await list("secrets", { namespace, labels: "owner=helm" });
  return kept.map(({ metadata, data }) => {
    const inner = Buffer.from(Buffer.from(data?.["release"] ?? "", "base64").toString("utf8"), "base64");
    return [`release record ${metadata.name}`, gunzipSync(inner).toString("utf8")];
  });
}
