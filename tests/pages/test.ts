// Playwright's `test` with what the tests of the pages share: the dashboard's mock, which has a store in every
// state, and a server of its own that reaches no cluster, for what only a server can refuse.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, test as base } from "@playwright/test";
import { Souk } from "../world/api.ts";
import { freePort } from "../world/server.ts";
import { kubeconfig, repository, results, serverBinary } from "../world/settings.ts";
import { NotYet, orNotYet, until } from "../world/wait.ts";

export { expect } from "@playwright/test";

/** Long and hard to guess, for every account of these tests. */
export const PASSWORD = "seven copper lanterns";

interface Shared {
  /** Address of the mock with its stores. */
  mock: string;
  /** Address of a mock that has none. */
  emptyMock: string;
  /** A server that reaches no cluster, as its administrator. */
  souk: Souk;
}

export const test = base.extend<object, Shared>({
  mock: [async ({}, use) => withMock({}, use), { scope: "worker" }],
  emptyMock: [async ({}, use) => withMock({ EMPTY: "1" }, use), { scope: "worker" }],
  souk: [async ({}, use, info) => withServer(info.workerIndex, use), { scope: "worker" }],
});

async function withMock(settings: Record<string, string>, use: (url: string) => Promise<void>): Promise<void> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(repository, "dashboard/mock/server.mjs")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { PATH: process.env["PATH"], PORT: String(port), ...settings },
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await answering(new Souk(url, "souk"), "/", child);
    await use(url);
  } finally {
    await stop(child);
  }
}

async function withServer(worker: number, use: (souk: Souk) => Promise<void>): Promise<void> {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "souk-pages-"));
  mkdirSync(join(results, "logs"), { recursive: true });
  const log = openSync(join(results, `logs/pages-server-${worker}.log`), "w");
  const child = spawn(serverBinary(), ["serve"], {
    cwd: data,
    stdio: ["ignore", log, log],
    env: {
      PATH: process.env["PATH"],
      HOME: data,
      KUBECONFIG: kubeconfig,
      SOUK_LISTEN: `127.0.0.1:${port}`,
      SOUK_METRICS_LISTEN: "127.0.0.1:0",
      SOUK_DATA_DIR: data,
      SOUK_PUBLIC_URL: `http://127.0.0.1:${port}`,
      SOUK_REQUESTS_PER_SECOND: "0",
      SOUK_CREATES_PER_HOUR: "0",
    },
  });
  closeSync(log);
  try {
    const url = `http://127.0.0.1:${port}`;
    await answering(new Souk(url, ""), "/livez", child);
    await use(new Souk(url, readFileSync(join(data, "admin-token"), "utf8").trim()));
  } finally {
    await stop(child);
    rmSync(data, { recursive: true, force: true });
  }
}

async function answering(souk: Souk, path: string, child: ChildProcess): Promise<void> {
  await until(`${souk.url} answering`, 30, async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    await orNotYet(async () => {
      const { status } = await souk.ask("GET", path);
      if (status !== 200) throw new NotYet(`${path} answers ${status}`);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** Makes an account that can sign in. */
export async function makeAccount(souk: Souk, name: string, role: string): Promise<void> {
  const made = (await souk.ask("POST", "/api/users", { body: { name, role } })).expecting(201);
  const token = new URL(made.json<{ url: string }>().url).hash.slice(1);
  (await souk.ask("POST", "/api/invite", { body: { token, password: PASSWORD } })).expecting(200);
}

/** Signs in without the form: with the name of an account, or the admin token. */
export async function signIn(page: Page, url: string, proof: { name: string } | { token: string }): Promise<void> {
  const body = "name" in proof ? { ...proof, password: PASSWORD } : proof;
  const answer = await page.request.post(`${url}/api/session`, { data: body, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
}
