// Reads about the platform as a whole: what it offers, how it is doing, who did what.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, client, listed } from './client';
import type { AuditEntry } from './model';

export const platformQuery = queryOptions({
  queryKey: ['platform'],
  queryFn: ({ signal }) => answer(client.GET('/api/platform', { signal })),
});

export const metricsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: ({ signal }) => answer(client.GET('/api/metrics', { signal })),
});

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  initialPageParam: '',
  queryFn: ({ pageParam, signal }) =>
    listed<AuditEntry>(
      client.GET('/api/stores/audit/log', {
        signal,
        params: { query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});
