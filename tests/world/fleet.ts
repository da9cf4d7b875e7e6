// Several servers of one platform: replicas beside each other on one PostgreSQL, or a single one on SQLite.
import { join } from "node:path";
import { type Answer, type Ask, Souk, type Store } from "./api.ts";
import { platformIdOf } from "./leftovers.ts";
import { Postgres } from "./postgres.ts";
import { Random } from "./random.ts";
import { Server, type Start } from "./server.ts";
import { results, run } from "./settings.ts";
import { NotYet, orNotYet, until } from "./wait.ts";

export type StartServer = (name: string, settings?: Record<string, string>, start?: Start) => Promise<Server>;

export interface Size {
  replicas?: number;
  /** One replica keeps SQLite unless this is set. */
  postgres?: boolean;
  settings?: Record<string, string>;
}

export class Fleet {
  private constructor(
    readonly name: string,
    readonly servers: Server[],
    readonly postgres: Postgres | undefined,
  ) {}

  /** Starts the servers, and a PostgreSQL of their own where they need one. */
  static async make(
    startServer: StartServer,
    name: string,
    { replicas = 1, postgres, settings = {} }: Size = {},
  ): Promise<Fleet> {
    const database = (postgres ?? replicas > 1) ? await Postgres.make() : undefined;
    const first = join(results, "servers", `${name}-0`, "data");
    const shared: Record<string, string> = {
      SOUK_PLATFORM_ID: platformIdOf(run, name),
      SOUK_BASE_DOMAIN: `${name}-${run}.localhost`,
      SOUK_CREATES_PER_HOUR: "0",
      ...(database ? { SOUK_DATABASE_URL: database.url } : {}),
      ...settings,
    };
    const servers = [await startServer(`${name}-0`, shared)];
    // The others have the first one's token and key, as replicas have them from one Secret.
    const keys = {
      SOUK_ADMIN_TOKEN_FILE: join(first, "admin-token"),
      SOUK_ENCRYPTION_KEY_FILE: join(first, "encryption-key"),
    };
    const others = Array.from({ length: replicas - 1 }, (_, at) =>
      startServer(`${name}-${at + 1}`, { ...shared, ...keys }),
    );
    servers.push(...(await Promise.all(others)));
    return new Fleet(name, servers, database);
  }

  get platformId(): string {
    return this.servers[0]?.platformId ?? "";
  }

  /** A server that runs; the first of them, or one chosen at random. */
  running(random?: Random): Server {
    const running = this.servers.filter((server) => server.running);
    if (running.length === 0) throw new NotYet("No server runs.");
    return random ? random.pick(running) : (running[0] as Server);
  }

  /** Asks until a server has answered; a lost answer is asked for again, so the request has to bear that. */
  ask(method: string, path: string, ask: Ask, random: Random): Promise<Answer> {
    return until(`an answer to ${method} ${path}`, 120, () =>
      orNotYet(async () => {
        const { souk } = this.running(random);
        const answer = await souk.ask(method, path, ask);
        if (answer.status >= 500) throw new NotYet(`${method} ${path} answers ${answer.status}: ${answer.text}`);
        return answer;
      }),
    );
  }

  async store(id: string, random: Random): Promise<Store> {
    return (await this.ask("GET", `/api/stores/${id}`, {}, random)).expecting(200).json<Store>();
  }

  /** The API of one server, for what needs no other. */
  get souk(): Souk {
    return this.running().souk;
  }

  async remove(): Promise<void> {
    for (const server of this.servers) await server.stop();
    await this.postgres?.remove();
  }
}
