// A server made of handlers, in place of fetch. It records what was asked of it, and answers what
// it was not taught with 404, so that a wrong address is seen.
import { vi } from 'vitest';
import type { Problem } from '../api/model';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}
type Reply =
  | { status: number; body?: unknown }
  | { status: number; text: ReadableStream<Uint8Array> | string }
  | 'unreachable';
type Handler = (asked: Asked) => Reply;

export const ok = (body: unknown, status = 200): Reply => ({ status, body });
/** Plain text, at once or as it comes. */
export const plain = (text: ReadableStream<Uint8Array> | string): Reply => ({ status: 200, text });
export const nothing = (): Reply => ({ status: 204 });
export const refused = (
  status: number,
  title: string,
  errors: Problem['errors'] = [],
  slug = 'refused',
): Reply => ({
  status,
  body: { type: `https://souk.dev/problems/${slug}`, title, status, detail: title, errors },
});
export const list = (items: unknown[], nextCursor: string | null = null): Reply =>
  ok({ items, nextCursor, total: items.length });

export class FakeServer {
  readonly asked: Asked[] = [];
  readonly #handlers = new Map<string, Handler>();
  readonly #held = new Map<string, Promise<void>>();

  constructor() {
    vi.stubGlobal('fetch', (request: Request) => this.#answer(request));
  }

  on(route: string, handler: Handler | Reply): this {
    this.#handlers.set(route, typeof handler === 'function' ? handler : () => handler);
    return this;
  }

  /** Holds the answers of one route back until the returned function is called. */
  hold(route: string): () => void {
    let letGo: () => void = () => undefined;
    this.#held.set(
      route,
      new Promise((resolve) => {
        letGo = resolve;
      }),
    );
    return letGo;
  }

  /** Everything that was asked of one route, e.g. `POST /api/stores`. */
  to(route: string): Asked[] {
    return this.asked.filter(({ method, path }) => `${method} ${path}` === route);
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const text = await request.text();
    const asked = {
      method: request.method,
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    this.asked.push(asked);
    const route = `${asked.method} ${asked.path}`;
    await this.#held.get(route);
    const handler = this.#handlers.get(route);
    const reply = handler?.(asked) ?? refused(404, `no handler for ${route}`);
    if (reply === 'unreachable') throw new TypeError('Failed to fetch');
    if ('text' in reply) {
      return new Response(reply.text, {
        status: reply.status,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      });
    }
    if (reply.body === undefined) return new Response(null, { status: reply.status });
    return Response.json(reply.body, {
      status: reply.status,
      headers: {
        'content-type': reply.status >= 400 ? 'application/problem+json' : 'application/json',
      },
    });
  }
}
