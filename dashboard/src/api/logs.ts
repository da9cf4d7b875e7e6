// The log of a store's container, as a stream of text. Deliberately no query: it may be long and never
// ends while it is followed.
import { client } from './client';
import { problemFrom, UnreachableError } from './problem';

/** The containers of a store, as people look for them. */
export const CONTAINERS = ['php', 'nginx', 'mariadb'] as const;
export type Container = (typeof CONTAINERS)[number];

export interface LogWish {
  container: Container;
  /** Lines from the end to begin with. */
  tail: number;
  follow: boolean;
}

/** Reads until the log ends, or until `signal`. Pieces end anywhere, also within a line. */
export async function readLog(
  id: string,
  wish: LogWish,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<void> {
  try {
    const { data, error, response } = await client.GET('/api/stores/{id}/logs', {
      signal,
      parseAs: 'stream',
      headers: { Accept: 'text/plain' },
      params: { path: { id }, query: wish },
    });
    if (!response.ok) throw problemFrom(error, response);
    const reader = data?.getReader();
    const decoder = new TextDecoder();
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) return;
      onText(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof TypeError ? new UnreachableError() : error;
  }
}

/** Where the browser saves the log from. */
export function logAddress(id: string, container: Container, tail: number): string {
  const query = new URLSearchParams({ container, tail: String(tail) });
  return `/api/stores/${encodeURIComponent(id)}/logs?${query.toString()}`;
}
