// Souk's REST API as the tests use it: typed answers, and waiting for what the API promises.
import { expect } from "@playwright/test";
import { request } from "./http.ts";
import { NotYet, orNotYet, until } from "./wait.ts";

export type Phase = "Pending" | "Provisioning" | "Ready" | "Degraded" | "Suspended" | "Deleting" | "Deleted" | "Failed";

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  lastTransitionTime: string;
}

export interface Step {
  name: string;
  title: string;
  state: "pending" | "running" | "done" | "failed";
  startedAt: string | null;
  finishedAt: string | null;
  message: string | null;
}

export interface Operation {
  id: string;
  storeId: string;
  kind: "create" | "update" | "suspend" | "resume" | "delete";
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  steps: Step[];
  attempts: number;
  reason: string | null;
  message: string | null;
  deadlineAt: string | null;
}

export interface Store {
  id: string;
  name: string;
  slug: string;
  url: string;
  adminUrl: string;
  phase: Phase;
  message: string;
  ordersPossible: boolean;
  conditions: Condition[];
  operation: Operation | null;
  revision: number;
  createdAt: string;
  readyAt: string | null;
}

export interface List<T> {
  items: T[];
  nextCursor: string | null;
  total: number;
}

export interface TimelineEvent {
  id: number;
  storeId: string;
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  step: string | null;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
}

export interface Credentials {
  username: string;
  password: string;
  email: string;
  adminUrl: string;
}

export interface LoginLink {
  url: string;
  expiresAt: string;
}

export interface Usage {
  available: boolean;
  reason: string | null;
  window: string;
  plan: { cpuLimitMillicores: number; memoryLimitMebibytes: number } | null;
  now: { at: string; cpuMillicores: number; memoryMebibytes: number } | null;
  points: {
    at: string;
    cpuMillicores: number;
    cpuMillicoresMax: number;
    memoryMebibytes: number;
    memoryMebibytesMax: number;
  }[];
}

export interface Platform {
  version: string;
  baseDomain: string;
  blueprints: { name: string; wooCommerce: { present: boolean; version: string | null } }[];
  cluster: { reachable: boolean; message: string | null };
}

export interface NewStore {
  name: string;
  slug?: string;
  blueprint?: string;
  plan?: string;
  admin?: { username?: string; email?: string; password?: string };
}

export class Answer {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
    readonly asked: string,
  ) {}

  json<T>(): T {
    return JSON.parse(this.text) as T;
  }

  /** The answer with this status, or a failure that shows the body. */
  expecting(status: number): this {
    expect(this.status, `${this.asked} answered ${this.status}: ${this.text}`).toBe(status);
    return this;
  }

  problem(): Problem {
    expect(this.headers.get("content-type"), this.asked).toContain("application/problem+json");
    return this.json<Problem>();
  }
}

export interface Ask {
  body?: unknown;
  /** Sent as it is, in place of a JSON body. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}

export class Souk {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  async ask(method: string, path: string, { body, raw, headers = {} }: Ask = {}): Promise<Answer> {
    const content = raw ?? (body === undefined ? null : JSON.stringify(body));
    const response = await request(`${this.url}${path}`, {
      method,
      body: content,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(content === null ? {} : { "content-type": "application/json" }),
        ...headers,
      },
    });
    const text = await response.text();
    return new Answer(response.status, new Headers([...response.headers]), text, `${method} ${path}`);
  }

  async get<T>(path: string): Promise<T> {
    return (await this.ask("GET", path)).expecting(200).json<T>();
  }

  platform(): Promise<Platform> {
    return this.get("/api/platform");
  }

  store(id: string): Promise<Store> {
    return this.get(`/api/stores/${id}`);
  }

  stores(query = ""): Promise<List<Store>> {
    return this.get(`/api/stores${query}`);
  }

  credentials(id: string): Promise<Credentials> {
    return this.get(`/api/stores/${id}/credentials`);
  }

  /** A link that signs in to the store's shop, for one use. */
  async loginLink(id: string): Promise<LoginLink> {
    return (await this.ask("POST", `/api/stores/${id}/login-links`)).expecting(201).json<LoginLink>();
  }

  /** Every event of a store, oldest first. */
  async timeline(id: string): Promise<TimelineEvent[]> {
    const events: TimelineEvent[] = [];
    let cursor = "";
    do {
      const page = await this.get<List<TimelineEvent>>(`/api/stores/${id}/events?limit=100${cursor}`);
      events.push(...page.items);
      cursor = page.nextCursor === null ? "" : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    } while (cursor !== "");
    return events.reverse();
  }

  async create(store: NewStore): Promise<Store> {
    const answer = (await this.ask("POST", "/api/stores", { body: store })).expecting(202);
    const made = answer.json<Store>();
    expect(answer.headers.get("location")).toBe(`/api/stores/${made.id}`);
    return made;
  }

  async delete(id: string): Promise<Store> {
    return (await this.ask("DELETE", `/api/stores/${id}`)).expecting(202).json<Store>();
  }

  /** Waits until the store is as `wanted` says; ends at once when its operation failed. */
  async waitFor(id: string, what: string, seconds: number, wanted: (store: Store) => boolean): Promise<Store> {
    return until(`store ${id} ${what}`, seconds, async () => {
      const store = await orNotYet(() => this.store(id));
      if (wanted(store)) return store;
      const told = describeStore(store);
      if (store.phase === "Failed") throw new Error(`store ${id} has failed while waiting: ${what}. ${told}`);
      throw new NotYet(told);
    });
  }

  waitReady(id: string, seconds = 240): Promise<Store> {
    return this.waitFor(id, "ready", seconds, (store) => store.phase === "Ready");
  }

  /** Waits until the API says that nothing is left of the store. */
  async waitGone(id: string, seconds = 180): Promise<void> {
    await until(`store ${id} gone`, seconds, async () => {
      const answer = await orNotYet(() => this.ask("GET", `/api/stores/${id}`));
      if (answer.status === 410 || answer.status === 404) return;
      const store = answer.expecting(200).json<Store>();
      if (store.phase === "Deleted") return;
      if (store.phase === "Failed") throw new Error(`the delete of ${id} failed. ${describeStore(store)}`);
      throw new NotYet(describeStore(store));
    });
  }
}

/** One line that says where a store stands, for failures. */
export function describeStore(store: Store): string {
  const step = store.operation?.steps.find((each) => each.state === "running" || each.state === "failed");
  const facts = store.conditions
    .filter((each) => each.status === "False")
    .map((each) => `${each.type}: ${each.message}`);
  return [
    `It is ${store.phase}: ${store.message}`,
    step ? `step ${step.name} is ${step.state}${step.message ? `: ${step.message}` : ""}` : "",
    ...facts,
  ]
    .filter(Boolean)
    .join("; ");
}
