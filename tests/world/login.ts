// `souk login` as a person runs it: it prints an address, and waits for what is answered there in a browser.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { execute, type Ran } from "./cluster.ts";
import { serverBinary } from "./settings.ts";
import { NotYet, until } from "./wait.ts";

/** The command line of a person with a home folder of their own. */
export class Person {
  readonly #environment: Record<string, string>;

  constructor(readonly home: string) {
    mkdirSync(home, { recursive: true });
    this.#environment = {
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      SOUK_URL: "",
      SOUK_TOKEN: "",
      RUST_LOG: "",
      // The test is the browser.
      DISPLAY: "",
      WAYLAND_DISPLAY: "",
    };
  }

  get file(): string {
    return join(this.home, ".config/souk/config.toml");
  }

  souk(...args: string[]): Promise<Ran> {
    return execute(serverBinary(), args, { environment: this.#environment });
  }

  /** Begins to sign in, and comes back with the address that is printed. */
  async login(...args: string[]): Promise<Login> {
    const child = spawn(serverBinary(), ["login", ...args], {
      env: { ...process.env, ...this.#environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    return Login.of(child);
  }
}

export class Login {
  #out = "";
  #error = "";
  readonly #ended: Promise<unknown>;

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on("data", (chunk: Buffer) => (this.#out += chunk.toString("utf8")));
    child.stderr?.on("data", (chunk: Buffer) => (this.#error += chunk.toString("utf8")));
    this.#ended = once(child, "close");
  }

  static async of(child: ChildProcess): Promise<Login> {
    const login = new Login(child);
    await until("the address that souk login prints", 30, () => {
      if (login.#address === undefined) throw new NotYet(`It says: ${login.#error}`);
    });
    return login;
  }

  get #address(): string | undefined {
    return /^ {2}(https?:\S+)$/m.exec(this.#error)?.[1];
  }

  get address(): string {
    return this.#address ?? "";
  }

  /** Types a line into it. */
  type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  async ended(): Promise<Ran> {
    await this.#ended;
    return { code: this.child.exitCode ?? -1, out: this.#out, error: this.#error };
  }

  /** Ends one that a test has left. */
  stop(): void {
    this.child.kill();
  }
}
