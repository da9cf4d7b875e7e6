// What the one who is signed in may do: on the whole platform, and with one store or team. Pages ask
// here before they offer something, so that nobody is offered what the server would refuse.
import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { answer, client } from './client';
import type { Need, Team } from './model';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => answer(client.GET('/api/me', { signal })),
});

const storeAccessQuery = (id: string) =>
  queryOptions({
    queryKey: ['store-access', id],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/stores/{id}/access', { signal, params: { path: { id } } })),
  });

/** Tells what is allowed on the whole platform; nothing until that is known. */
export function useMay(): (need: Need) => boolean {
  const { data: me } = useQuery(meQuery);
  return (need) => me?.permissions.includes(need) ?? false;
}

const OF_STORES = ['store.change', 'store.delete', 'store.share', 'store.credentials'] as const;

/** Tells what is allowed with one store, by a role on the platform or in the store. */
export function useMayWith(id: string): (need: Need) => boolean {
  const { data: me } = useQuery(meQuery);
  const may = useMay();
  // Who may everything by their role has nothing to ask.
  const enabled = me !== undefined && !OF_STORES.every(may);
  const { data: access } = useQuery({ ...storeAccessQuery(id), enabled });
  return (need) => may(need) || (access?.permissions.includes(need) ?? false);
}

/** Tells what is allowed with each of these stores; nothing until that is known. */
export function useMayWithEach(ids: string[]): (need: Need, id: string) => boolean {
  const { data: me } = useQuery(meQuery);
  const may = useMay();
  const asked = me === undefined || OF_STORES.every(may) ? [] : ids;
  const answers = useQueries({ queries: asked.map(storeAccessQuery) });
  const allowed = new Map(asked.map((id, at) => [id, answers[at]?.data?.permissions]));
  return (need, id) => may(need) || (allowed.get(id)?.includes(need) ?? false);
}

/** Whether the members of a team may be chosen. */
export const mayChange = (team: Team, may: (need: Need) => boolean) =>
  may('team.change') || team.role === 'owner';
