// A PostgreSQL of a test's own, as processes of this machine, that the test stops, kills and starts again.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "./cluster.ts";
import { freePort } from "./server.ts";
import { NotYet, until } from "./wait.ts";

const versions = "/usr/lib/postgresql";
const user = "souk";

/** The folder of initdb and postgres; tests/prepare/postgres installs them. */
function binaries(): string {
  const newest = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  if (newest === undefined)
    throw new Error(`there is no PostgreSQL in ${versions}: tests/prepare/postgres installs it`);
  return join(versions, newest, "bin");
}

/** PostgreSQL refuses to run as root: Debian's package brings a user for it. */
function account(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const number = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

export class Postgres {
  readonly #account = account();
  #child: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {}

  /** A new server with an empty database. */
  static async make(): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), "souk-test-postgres-"));
    const postgres = new Postgres(folder, await freePort());
    if (postgres.#account) chownSync(folder, postgres.#account.uid, postgres.#account.gid);
    const options = { ...postgres.#account, cwd: folder, stdio: "pipe" as const };
    const initdb = ["--pgdata", postgres.#data, "--username", user, "--auth", "trust", "--encoding", "UTF8"];
    execFileSync(join(binaries(), "initdb"), initdb, options);
    await postgres.start();
    await postgres.query("create database souk", "postgres");
    return postgres;
  }

  get #data(): string {
    return join(this.folder, "data");
  }

  get #log(): string {
    return join(this.folder, "postgres.log");
  }

  get url(): string {
    return `postgres://${user}@127.0.0.1:${this.port}/souk`;
  }

  async start(): Promise<void> {
    const log = openSync(this.#log, "a");
    const settings = { port: this.port, listen_addresses: "127.0.0.1", unix_socket_directories: this.folder };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    this.#child = spawn(join(binaries(), "postgres"), ["-D", this.#data, ...args], {
      ...this.#account,
      cwd: this.folder,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    await until("PostgreSQL answering", 60, async () => {
      const { code, error } = await this.#psql("select 1", "postgres");
      if (code !== 0) throw new NotYet(`${error} ${readFileSync(this.#log, "utf8").slice(-500)}`);
    });
  }

  /** SIGINT ends it in order and at once; SIGKILL as a crash does. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** The rows of a query, columns separated by tabs. */
  async query(text: string, database = "souk"): Promise<string[]> {
    const { code, out, error } = await this.#psql(text, database);
    if (code !== 0) throw new Error(`${text}: ${error}`);
    return out.split("\n").filter((line) => line !== "");
  }

  #psql(text: string, database: string): ReturnType<typeof execute> {
    const place = ["-h", "127.0.0.1", "-p", String(this.port), "-U", user, "-d", database];
    return execute(join(binaries(), "psql"), ["-X", "-A", "-t", "-F", "\t", ...place, "-c", text]);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
