// Reads and writes of stores. Every read has its key here, so that live.ts can keep it fresh.
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { applyStore } from './apply';
import { answer, client, listed } from './client';
import type {
  CancelOperation,
  CreateStore,
  Credentials,
  LoginLink,
  StoreFilter,
  Store,
  TimelineEvent,
  UpdateStore,
  UsageWindow,
} from './model';

const PAGE = 100;

export const storesQuery = (filter: StoreFilter) =>
  infiniteQueryOptions({
    queryKey: ['stores', filter],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      listed<Store>(
        client.GET('/api/stores', {
          signal,
          params: {
            query: { ...filter, limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const storeQuery = (id: string) =>
  queryOptions({
    queryKey: ['store', id],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/stores/{id}', { signal, params: { path: { id } } })),
  });

export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['timeline', id],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      listed<TimelineEvent>(
        client.GET('/api/stores/{id}/events', {
          signal,
          params: {
            path: { id },
            query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** What the store uses: measured once a minute without a message, so it is read again by time. */
export const usageQuery = (id: string, window: UsageWindow) =>
  queryOptions({
    queryKey: ['usage', id, window],
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/stores/{id}/usage', {
          signal,
          params: { path: { id }, query: { window } },
        }),
      ),
  });

/** Is this address free? Asked with the name until the address was edited by hand. */
export const slugQuery = (question: { name: string } | { slug: string }) =>
  queryOptions({
    queryKey: ['slug', question],
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
    enabled: ('name' in question ? question.name : question.slug) !== '',
    queryFn: ({ signal }) =>
      'name' in question
        ? answer(client.GET('/api/slugs', { signal, params: { query: question } }))
        : answer(client.GET('/api/slugs/{slug}', { signal, params: { path: question } })),
  });

/** The password of a shop. Deliberately no query: it must never lie in a cache. */
export function readCredentials(id: string, signal: AbortSignal): Promise<Credentials> {
  return answer(
    client.GET('/api/stores/{id}/credentials', {
      signal,
      cache: 'no-store',
      params: { path: { id } },
    }),
  );
}

/** A link that signs in to a shop, for one use. No query either, for the same reason. */
export function createLoginLink(id: string): Promise<LoginLink> {
  return answer(client.POST('/api/stores/{id}/login-links', { params: { path: { id } } }));
}

function useStoreWrite<Input>(write: (input: Input) => Promise<Store>) {
  const queryClient = useQueryClient();
  return useMutation({
    // A chosen password may be in the variables of a call; forget them with the form.
    gcTime: 0,
    mutationFn: write,
    onSuccess: (store) => {
      applyStore(queryClient, store);
    },
  });
}

export const useCreateStore = () =>
  useStoreWrite(({ body, key }: { body: CreateStore; key: string }) =>
    answer(client.POST('/api/stores', { body, params: { header: { 'Idempotency-Key': key } } })),
  );

/** With a revision, the change is refused when the store has been changed since; a switch needs none. */
export const useUpdateStore = (store: { id: string; revision?: number }) =>
  useStoreWrite((body: UpdateStore) =>
    answer(
      client.PATCH('/api/stores/{id}', {
        body,
        params: {
          path: { id: store.id },
          header: store.revision === undefined ? {} : { 'If-Match': `"${store.revision}"` },
        },
      }),
    ),
  );

export const useDeleteStore = (id: string) =>
  useStoreWrite(() => answer(client.DELETE('/api/stores/{id}', { params: { path: { id } } })));

/** Suspend, or start again; what is so already is no mistake. */
export const useSuspendStore = (id: string) =>
  useStoreWrite((suspended: boolean) => {
    const params = { path: { id } };
    return suspended
      ? answer(client.POST('/api/stores/{id}:suspend', { params }))
      : answer(client.POST('/api/stores/{id}:resume', { params }));
  });

/** Retry; the new state arrives as a live `store` message, and is asked for besides. */
export function useRetryOperation(storeId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answer(client.POST('/api/operations/{id}:retry', { params: { path: { id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: storeQuery(storeId).queryKey }),
  });
}

/** What becomes of what a cancelled creation made so far. */
export type Created = NonNullable<CancelOperation['created']>;

/** Cancel; only a creation is asked what becomes of what it made. */
export function useCancelOperation(storeId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, created }: { id: string; created?: Created }) =>
      answer(
        client.POST('/api/operations/{id}:cancel', {
          params: { path: { id } },
          ...(created === undefined ? {} : { body: { created } }),
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: storeQuery(storeId).queryKey }),
  });
}

/** What can be asked of many stores at once. */
export type BulkWish = 'retry' | 'delete' | 'repair-on' | 'repair-off';

export interface BulkResult {
  done: Store[];
  refused: { store: Store; error: unknown }[];
}

/** Requests that are on their way at once. */
const AT_ONCE = 4;

async function wishFor(store: Store, wish: BulkWish): Promise<void> {
  const params = { path: { id: store.id } };
  if (wish === 'delete') {
    await answer(client.DELETE('/api/stores/{id}', { params }));
  } else if (wish === 'retry') {
    const id = store.operation?.id ?? '';
    await answer(client.POST('/api/operations/{id}:retry', { params: { path: { id } } }));
  } else {
    const repair = wish === 'repair-on' ? 'on' : 'off';
    await answer(client.PATCH('/api/stores/{id}', { params, body: { repair } }));
  }
}

/** Asks the same of each store; what one of them refuses does not stop the others. */
export function useBulk(onOne: (finished: number) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ stores, wish }: { stores: Store[]; wish: BulkWish }) => {
      const result: BulkResult = { done: [], refused: [] };
      const left = [...stores];
      const worker = async () => {
        for (let store = left.shift(); store !== undefined; store = left.shift()) {
          try {
            await wishFor(store, wish);
            result.done.push(store);
          } catch (error) {
            result.refused.push({ store, error });
          }
          onOne(result.done.length + result.refused.length);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      return result;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['stores'] }),
  });
}
