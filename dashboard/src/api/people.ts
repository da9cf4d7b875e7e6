// Accounts, teams, who belongs to what, and the tokens of machines: what administrators see.
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { answer, client, listed } from './client';
import type {
  CreateMachineToken,
  Member,
  Role,
  StoreRole,
  Team,
  Token,
  UpdateUser,
  User,
} from './model';

export const usersQuery = infiniteQueryOptions({
  queryKey: ['users'],
  initialPageParam: '',
  queryFn: ({ pageParam, signal }) =>
    listed<User>(
      client.GET('/api/users', {
        signal,
        params: { query: { limit: 100, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: ({ signal }) => listed<Team>(client.GET('/api/teams', { signal })),
});

export const membersQuery = (id: string) =>
  queryOptions({
    queryKey: ['team', id],
    queryFn: ({ signal }) =>
      listed<Member>(client.GET('/api/teams/{id}/members', { signal, params: { path: { id } } })),
  });

export const machineTokensQuery = queryOptions({
  queryKey: ['tokens', 'machines'],
  queryFn: ({ signal }) => listed<Token>(client.GET('/api/tokens', { signal })),
});

/** A write after which these are read anew. Answers may hold a secret: they are not kept. */
function useWrite<Input, Output>(key: string, write: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: write,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [key] }),
  });
}

export const useCreateUser = () =>
  useWrite('users', (body: { name: string; role: Role }) =>
    answer(client.POST('/api/users', { body })),
  );

export const useUpdateUser = (id: string) =>
  useWrite('users', (body: UpdateUser) =>
    answer(client.PATCH('/api/users/{id}', { body, params: { path: { id } } })),
  );

export const useDeleteUser = (id: string) =>
  useWrite('users', () => answer(client.DELETE('/api/users/{id}', { params: { path: { id } } })));

/** A link by which a password is chosen; the password so far goes on working until then. */
export const useInviteUser = (id: string) =>
  useWrite('users', () =>
    answer(client.POST('/api/users/{id}/invite', { params: { path: { id } } })),
  );

/** The same, and the password so far is void and every sign-in ended, at once. */
export const useResetUser = (id: string) =>
  useWrite('users', () =>
    answer(client.POST('/api/users/{id}/reset', { params: { path: { id } } })),
  );

export const useCreateTeam = () =>
  useWrite('teams', (name: string) => answer(client.POST('/api/teams', { body: { name } })));

export const useDeleteTeam = (id: string) =>
  useWrite('teams', () => answer(client.DELETE('/api/teams/{id}', { params: { path: { id } } })));

export const useSetMember = (id: string) =>
  useWrite('team', ({ name, role }: { name: string; role: StoreRole }) =>
    answer(
      client.PUT('/api/teams/{id}/members/{name}', {
        body: { role },
        params: { path: { id, name } },
      }),
    ),
  );

export const useRemoveMember = (id: string) =>
  useWrite('team', (name: string) =>
    answer(client.DELETE('/api/teams/{id}/members/{name}', { params: { path: { id, name } } })),
  );

export const useCreateMachineToken = () =>
  useWrite('tokens', (body: CreateMachineToken) => answer(client.POST('/api/tokens', { body })));

export const useRevokeToken = () =>
  useWrite('tokens', (id: string) =>
    answer(client.DELETE('/api/tokens/{id}', { params: { path: { id } } })),
  );
