// The one way to the server: typed paths, the session cookie, and errors as exceptions.
// It knows nothing of caches or pages.
import createClient from 'openapi-fetch';
import type { Page } from './model';
import { problemFrom, UnreachableError } from './problem';
import type { paths } from './schema';

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  headers: { Accept: 'application/json' },
  fetch: (request) => fetch(request),
});

/** The body of a good answer; a `ProblemError` or an `UnreachableError` otherwise. */
export async function answer<Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Body> {
  let result;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new UnreachableError();
  }
  if (!result.response.ok) throw problemFrom(result.error, result.response);
  return result.data as Body;
}

/**
 * One page of a list. The document spells the items of each list out; pages use the named shape,
 * which is the same.
 */
export function listed<Item>(
  call: Promise<{ data?: unknown; error?: unknown; response: Response }>,
): Promise<Page<Item>> {
  return answer(call) as Promise<Page<Item>>;
}

/** A random key of 128 bits. Not `randomUUID`, which browsers refuse on plain http. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
