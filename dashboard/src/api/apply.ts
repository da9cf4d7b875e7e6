// Puts one live message into the caches. Pure over what is cached: no connection, no page.
// The rule for lists: a store that is shown changes in place, one that no longer fits leaves, and
// a new one enters where the order puts it, as far as the list has been loaded.
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Page, Platform, Store, StoreFilter, TimelineEvent } from './model';

type Pages<Item> = InfiniteData<Page<Item>, string>;

export function fits(store: Store, { phase, search, owner, blueprint }: StoreFilter): boolean {
  if (phase === undefined ? store.phase === 'Deleted' : store.phase !== phase) return false;
  if (owner !== undefined && store.owner !== owner) return false;
  if (blueprint !== undefined && store.blueprint !== blueprint) return false;
  if (search === undefined || search === '') return true;
  const wanted = search.toLowerCase();
  return [store.name, store.slug, store.id].some((text) => text.toLowerCase().includes(wanted));
}

export function compare(left: Store, right: Store, sort: StoreFilter['sort']): number {
  const ordered = sort.endsWith('name')
    ? left.name.localeCompare(right.name, undefined, { sensitivity: 'base' })
    : left.createdAt.localeCompare(right.createdAt);
  const withTies = ordered === 0 ? left.id.localeCompare(right.id) : ordered;
  return sort.startsWith('-') ? -withTies : withTies;
}

/** An older message must not undo a newer answer (both arrive on their own connections). */
function newer(current: Store | undefined, next: Store): boolean {
  return (
    current === undefined ||
    next.revision > current.revision ||
    (next.revision === current.revision && next.updatedAt >= current.updatedAt)
  );
}

/** The new order of the loaded rows; null when the store is none of them, and need not be. */
function arrange(
  items: Store[],
  current: Store | undefined,
  store: Store,
  filter: StoreFilter,
  complete: boolean,
): Store[] | null {
  const others = items.filter(({ id }) => id !== store.id);
  if (!fits(store, filter)) return current === undefined ? null : others;
  if (current !== undefined && compare(current, store, filter.sort) === 0) {
    return items.map((item) => (item.id === store.id ? store : item));
  }
  const index = others.findIndex((item) => compare(store, item, filter.sort) < 0);
  if (index >= 0) return others.toSpliced(index, 0, store);
  if (complete) return [...others, store];
  return current === undefined ? null : others;
}

export function storeIntoPages(
  data: Pages<Store>,
  store: Store,
  filter: StoreFilter,
): Pages<Store> {
  const items = data.pages.flatMap((page) => page.items);
  const current = items.find(({ id }) => id === store.id);
  if (!newer(current, store)) return data;
  const complete = (data.pages.at(-1)?.nextCursor ?? null) === null;
  const next = arrange(items, current, store, filter, complete);
  if (next === null) return data;

  const change = (fits(store, filter) ? 1 : 0) - (current === undefined ? 0 : 1);
  let start = 0;
  const pages = data.pages.map((page, index) => {
    const end = index === data.pages.length - 1 ? next.length : start + page.items.length;
    const slice = next.slice(start, end);
    start = end;
    return { ...page, items: slice, total: Math.max(0, page.total + change) };
  });
  return { ...data, pages };
}

/** The store as it was last read or heard of, wherever it is shown. */
export function knownStore(queryClient: QueryClient, id: string): Store | undefined {
  const alone = queryClient.getQueryData<Store>(['store', id]);
  if (alone !== undefined) return alone;
  for (const [, data] of queryClient.getQueriesData<Pages<Store>>({ queryKey: ['stores'] })) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((item) => item.id === id);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function applyStore(queryClient: QueryClient, store: Store): void {
  queryClient.setQueryData<Store>(['store', store.id], (current) =>
    newer(current, store) ? store : current,
  );
  for (const [queryKey, data] of queryClient.getQueriesData<Pages<Store>>({
    queryKey: ['stores'],
  })) {
    if (data === undefined) continue;
    queryClient.setQueryData(queryKey, storeIntoPages(data, store, queryKey[1] as StoreFilter));
  }

  const reachable = store.conditions.find(({ type }) => type === 'ClusterReachable')?.status;
  const platform = queryClient.getQueryData<Platform>(['platform']);
  if (reachable !== undefined && reachable !== 'Unknown' && platform !== undefined) {
    if (platform.cluster.reachable !== (reachable === 'True')) {
      void queryClient.invalidateQueries({ queryKey: ['platform'] });
    }
  }
}

export function applyTimeline(queryClient: QueryClient, event: TimelineEvent): void {
  queryClient.setQueryData<Pages<TimelineEvent>>(['timeline', event.storeId], (data) => {
    const [first, ...rest] = data?.pages ?? [];
    if (data === undefined || first === undefined) return data;
    if (data.pages.some((page) => page.items.some(({ id }) => id === event.id))) return data;
    const items = [event, ...first.items].sort((left, right) => right.id - left.id);
    return { ...data, pages: [{ ...first, items, total: first.total + 1 }, ...rest] };
  });
}
