// A server of a test's own: `souk serve` as a process outside of the cluster, with its own database,
// base domain and platform name, that the test starts, kills and starts again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Souk } from "./api.ts";
import { platformIdOf, removeStoresOf } from "./leftovers.ts";
import { frontDoor, images, ingressClass, kubeconfig, results, run, serverBinary } from "./settings.ts";
import { NotYet, orNotYet, until } from "./wait.ts";

export interface Start {
  /** Fail points for this start only, such as `create-release-after=return`. */
  failpoints?: string;
  /** SOUK_* settings for this start only. */
  settings?: Record<string, string>;
}

export class Server {
  readonly platformId: string;
  readonly baseDomain: string;
  readonly folder: string;
  readonly logFile: string;
  readonly souk: Souk;
  #child: ChildProcess | undefined;

  private constructor(
    readonly name: string,
    readonly port: number,
    token: string,
    readonly settings: Record<string, string>,
  ) {
    this.platformId = settings["SOUK_PLATFORM_ID"] ?? platformIdOf(run, name);
    this.baseDomain = settings["SOUK_BASE_DOMAIN"] ?? `${name}-${run}.localhost`;
    this.folder = folderOf(name);
    this.logFile = join(this.folder, "server.log");
    this.souk = new Souk(`http://127.0.0.1:${port}`, token);
  }

  /** Starts a server under a name of its own; `settings` hold for all of its starts. */
  static async make(
    name: string,
    settings: Record<string, string> = {},
    start: Start = {},
    port?: number,
  ): Promise<Server> {
    rmSync(folderOf(name), { recursive: true, force: true });
    mkdirSync(join(folderOf(name), "data"), { recursive: true });
    const at = port ?? (await freePort());
    const first = new Server(name, at, "", settings);
    await first.start(start);
    const tokenFile = settings["SOUK_ADMIN_TOKEN_FILE"] ?? join(first.folder, "data/admin-token");
    const token = readFileSync(tokenFile, "utf8").trim();
    const server = new Server(name, at, token, settings);
    server.#child = first.#child;
    return server;
  }

  async start({ failpoints = "", settings = {} }: Start = {}): Promise<void> {
    if (this.running) throw new Error(`the server ${this.name} runs already`);
    const own = images();
    const log = openSync(this.logFile, "a");
    const child = spawn(serverBinary(), ["serve"], {
      cwd: this.folder,
      stdio: ["ignore", log, log],
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        KUBECONFIG: kubeconfig,
        RUST_LOG: "info,souk=debug",
        RUST_BACKTRACE: "1",
        FAILPOINTS: failpoints,
        SOUK_LISTEN: `127.0.0.1:${this.port}`,
        SOUK_METRICS_LISTEN: "127.0.0.1:0",
        SOUK_DATA_DIR: join(this.folder, "data"),
        SOUK_PLATFORM_ID: this.platformId,
        SOUK_BASE_DOMAIN: this.baseDomain,
        SOUK_INGRESS_ADDRESS: frontDoor.port === "" ? `${frontDoor.hostname}:80` : frontDoor.host,
        SOUK_INGRESS_CLASS: ingressClass,
        SOUK_IMAGE_SHOP: own.shop,
        SOUK_IMAGE_DATABASE: own.database,
        SOUK_WOOCOMMERCE_VERSION: own.wooCommerce,
        SOUK_REQUESTS_PER_SECOND: "0",
        ...this.settings,
        ...settings,
      },
    });
    closeSync(log);
    this.#child = child;
    await until(`the server ${this.name} answering`, 30, () =>
      orNotYet(async () => {
        // A fail point may be reached before anybody could ask.
        if (!this.running && failpoints !== "") return;
        if (!this.running) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}: ${this.lastLines()}`);
        const answer = await this.souk.ask("GET", "/livez");
        if (answer.status !== 200) throw new NotYet(`/livez answers ${answer.status}`);
      }),
    );
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`the server ${this.name} was not started`);
    return this.#child.pid;
  }

  /** The helm processes that it has started and that run now. */
  helms(): number[] {
    if (!this.running) return [];
    const children = readdirSync(`/proc/${this.pid}/task`).flatMap((task) => {
      const path = `/proc/${this.pid}/task/${task}/children`;
      return existsSync(path) ? readFileSync(path, "utf8").trim().split(" ").filter(Boolean).map(Number) : [];
    });
    return children.filter(
      (pid) => existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("helm"),
    );
  }

  /** Stops it and its helm in their tracks, as a frozen machine would; `thaw` lets them go on. */
  freeze(): number[] {
    const frozen = [this.pid, ...this.helms()];
    for (const pid of frozen) process.kill(pid, "SIGSTOP");
    return frozen;
  }

  static thaw(pids: number[]): void {
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGCONT");
      } catch {
        // Gone meanwhile.
      }
    }
  }

  /** Memory in use (resident set), in KiB. */
  residentMemory(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))?.[1]);
  }

  /** Sends a signal and waits for the end; SIGKILL gives the server no moment to tidy up. */
  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (!this.#child || !this.running) return;
    const gone = once(this.#child, "exit");
    this.#child.kill(signal);
    await gone;
  }

  /** Waits until a fail point has ended the server. */
  async ended(seconds: number): Promise<void> {
    await until(`the end of the server ${this.name} at its fail point`, seconds, () => {
      if (this.running) throw new NotYet(`It runs on. ${this.lastLines()}`);
    });
  }

  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  lastLines(count = 15): string {
    return `Last lines of ${this.logFile}:\n${this.log().trimEnd().split("\n").slice(-count).join("\n")}`;
  }

  /** Ends the server and removes its stores from the cluster, whatever state they are in. */
  async remove(): Promise<void> {
    await this.stop();
    await removeStoresOf(this.platformId);
  }
}

const folderOf = (name: string): string => join(results, "servers", name);

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port could be had");
  return address.port;
}
