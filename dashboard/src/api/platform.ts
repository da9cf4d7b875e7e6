// Reads about the platform as a whole: what it offers, how it is doing, who did what.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, client, listed } from './client';
import type { AuditEntry, AuditFilter, Page } from './model';

export const platformQuery = queryOptions({
  queryKey: ['platform'],
  queryFn: ({ signal }) => answer(client.GET('/api/platform', { signal })),
});

export const metricsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: ({ signal }) => answer(client.GET('/api/metrics', { signal })),
});

/** Open to everyone; what Souk depends on changes without a message, so it is read again by time. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  refetchInterval: 15_000,
  queryFn: ({ signal }) => answer(client.GET('/api/health', { signal })),
});

function auditPage(filter: AuditFilter, limit: number, cursor: string, signal: AbortSignal) {
  return listed<AuditEntry>(
    client.GET('/api/stores/audit/log', {
      signal,
      params: { query: { ...filter, limit, ...(cursor === '' ? {} : { cursor }) } },
    }),
  );
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => auditPage(filter, 50, pageParam, signal),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** Every entry that fits, page by page; `onPage` hears how many there are so far, and of how many. */
export async function readAudit(
  filter: AuditFilter,
  signal: AbortSignal,
  onPage: (read: number, total: number) => void,
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page<AuditEntry> = await auditPage(filter, 200, cursor, signal);
    entries.push(...page.items);
    onPage(entries.length, page.total);
    cursor = page.nextCursor ?? null;
  }
  return entries;
}
