// Somebody before a shop: a browser's cookies, no JavaScript. What its page cache said of each answer is told with it.
import { expect } from "@playwright/test";
import { request } from "./http.ts";

export interface Seen {
  status: number;
  /** The shop's word on its page cache (RFC 9211): `hit`, `miss` (made now), `bypass` (never kept), or nothing. */
  cache: "hit" | "miss" | "bypass" | "none";
  /** Whether it was put into the page cache. */
  stored: boolean;
  cookies: string[];
  headers: Headers;
  body: string;
}

type Headers = Awaited<ReturnType<typeof request>>["headers"];
type Ask = { method?: string; headers?: Record<string, string>; form?: Record<string, string>; json?: unknown };

export class Visitor {
  readonly #jar = new Map<string, string>();

  constructor(readonly url: string) {}

  get cookie(): string {
    return [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async ask(path: string, { method, headers = {}, form, json }: Ask = {}): Promise<Seen> {
    const body = form ? new URLSearchParams(form).toString() : json === undefined ? null : JSON.stringify(json);
    const type = form ? "application/x-www-form-urlencoded" : json === undefined ? undefined : "application/json";
    const answer = await request(new URL(path, this.url), {
      method: method ?? (body === null ? "GET" : "POST"),
      body,
      headers: {
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(type ? { "content-type": type } : {}),
        ...headers,
      },
    });
    const cookies = answer.headers.getSetCookie();
    for (const line of cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/expires=thu, 01.jan.1970|max-age=0/i.test(line) || value === "deleted") this.#jar.delete(name);
      else this.#jar.set(name, value);
    }
    const told = answer.headers.get("cache-status") ?? "";
    const cache = told.includes("; hit") ? "hit" : told.includes("fwd=bypass") ? "bypass" : told ? "miss" : "none";
    const stored = told.includes("; stored");
    return { status: answer.status, cache, stored, cookies, headers: answer.headers, body: await answer.text() };
  }

  /** A page that has to be there. */
  async page(path: string, headers: Record<string, string> = {}): Promise<Seen> {
    const seen = await this.ask(path, { headers });
    expect(seen.status, `${this.url}${path}`).toBe(200);
    return seen;
  }

  async data<T>(path: string, ask: Ask = {}): Promise<T> {
    const seen = await this.ask(path, ask);
    expect(seen.status, `${path} answered: ${seen.body.slice(0, 500)}`).toBeLessThan(300);
    return JSON.parse(seen.body) as T;
  }
}

/** The shop's owner, signed in to wp-admin, who changes things by WordPress's REST API. */
export class Owner extends Visitor {
  #nonce = "";

  static async signIn(url: string, user: string, password: string): Promise<Owner> {
    const owner = new Owner(url);
    const form = { log: user, pwd: password, "wp-submit": "Log In", testcookie: "1" };
    await owner.ask("/wp-login.php", { form, headers: { cookie: "wordpress_test_cookie=WP%20Cookie%20check" } });
    owner.#nonce = (await owner.page("/wp-admin/admin-ajax.php?action=rest-nonce")).body;
    return owner;
  }

  change<T = unknown>(path: string, json: unknown, method = "POST"): Promise<T> {
    return this.data<T>(`/wp-json/${path}`, { method, json, headers: { "x-wp-nonce": this.#nonce } });
  }

  look<T>(path: string): Promise<T> {
    return this.data<T>(`/wp-json/${path}`, { headers: { "x-wp-nonce": this.#nonce } });
  }
}
