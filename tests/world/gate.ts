// A gate in front of the cluster's API: a TCP proxy that a test closes and opens, or that is far away, and a
// kubeconfig that leads through it.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { stringify } from "yaml";
import { kubectl } from "./cluster.ts";

interface Config {
  clusters: { cluster: { server: string; "tls-server-name"?: string } }[];
}

export class Gate {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(
    readonly target: URL,
    readonly config: Config,
    readonly lag: number,
  ) {}

  /** A closed gate: nothing listens until `open`. What goes through it takes `lag` ms more, each way. */
  static async make(lag = 0): Promise<Gate> {
    const config = JSON.parse(
      await kubectl(["config", "view", "--raw", "--minify", "--flatten", "-o", "json"]),
    ) as Config;
    const cluster = config.clusters[0]?.cluster;
    if (!cluster) throw new Error("the kubeconfig names no cluster");
    const gate = new Gate(new URL(cluster.server), config, lag);
    // Takes a port, and gives it back: the gate is closed.
    await gate.open();
    await gate.close();
    return gate;
  }

  async open(): Promise<void> {
    const server = createServer((incoming) => {
      const outgoing = connect(Number(this.target.port || 443), this.target.hostname.replace(/^\[|\]$/g, ""));
      for (const [socket, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        this.#sockets.add(socket);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          setTimeout(() => other.destroy(), this.lag);
        });
        if (this.lag === 0) socket.pipe(other);
        else socket.on("data", (data: Buffer) => setTimeout(() => other.write(data), this.lag));
      }
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Closes the gate and breaks what goes through it. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Writes a kubeconfig that leads through the gate; the certificate is checked for the real name. */
  writeKubeconfig(path: string): void {
    const config = structuredClone(this.config);
    for (const { cluster } of config.clusters) {
      cluster["tls-server-name"] ??= this.target.hostname;
      cluster.server = `https://127.0.0.1:${this.#port}`;
    }
    writeFileSync(path, stringify(config), { mode: 0o600 });
  }
}
