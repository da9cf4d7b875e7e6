// Playwright's `test` with what the system tests share: the platform under test, stores that are
// removed again, servers of a test's own, and a dump when a test failed.
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test as base } from "@playwright/test";
import { type NewStore, Souk, type Store } from "./api.ts";
import { dump } from "./dump.ts";
import { type Installed, installed } from "./platform.ts";
import { Server, type Start } from "./server.ts";

export { expect } from "@playwright/test";

interface Fixtures {
  /** Creates a store on the platform under test and has it deleted at the end of the test. */
  createStore: (store: NewStore) => Promise<Store>;
  /** Starts a server of the test's own; it and its stores are removed at the end of the test. */
  startServer: (name: string, settings?: Record<string, string>, start?: Start) => Promise<Server>;
}

interface Shared {
  platform: Installed;
  souk: Souk;
}

export const test = base.extend<Fixtures, Shared>({
  platform: [async ({}, use) => use(installed()), { scope: "worker" }],
  souk: [async ({ platform }, use) => use(new Souk(platform.url, platform.token)), { scope: "worker" }],

  createStore: async ({ souk, platform }, use, info) => {
    const made: Store[] = [];
    await use(async (wanted) => {
      const store = await souk.create(wanted);
      made.push(store);
      return store;
    });
    if (info.status !== info.expectedStatus) {
      mkdirSync(info.outputDir, { recursive: true });
      await dump(platform.platformId, info.outputDir, platform.namespace);
    }
    for (const { id } of made) {
      const answer = await souk.ask("DELETE", `/api/stores/${id}`);
      if (![202, 404, 409, 410].includes(answer.status)) throw new Error(`cannot delete ${id}: ${answer.text}`);
    }
  },

  startServer: async ({}, use, info) => {
    const servers: Server[] = [];
    await use(async (name, settings, start) => {
      const server = await Server.make(name, settings, start);
      servers.push(server);
      return server;
    });
    for (const server of servers) {
      if (info.status !== info.expectedStatus) {
        mkdirSync(info.outputDir, { recursive: true });
        copyFileSync(server.logFile, join(info.outputDir, `${server.name}.log`));
        await dump(server.platformId, info.outputDir);
      }
      await server.remove();
    }
  },
});
