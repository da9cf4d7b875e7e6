// Who is signed in. The password or the token goes to the server once, and what comes back is an
// HttpOnly cookie; the page never keeps either. `null` in the cache means: signed out.
import {
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import { answer, client } from './client';
import type { Session } from './model';
import { isProblem, ProblemError } from './problem';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Infinity,
  gcTime: Infinity,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await answer(client.GET('/api/session', { signal }));
    } catch (error) {
      if (isProblem(error, 401)) return null;
      throw error;
    }
  },
});

/** Drops everything that was read under a session that is over. */
function forget(queryClient: QueryClient) {
  queryClient.setQueryData(sessionQuery.queryKey, null);
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
}

/** The cache of the whole page. A 401 anywhere ends the session, and the layout leads to sign-in. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isProblem(error, 401)) queryClient.setQueryData(sessionQuery.queryKey, null);
  };
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) =>
          failures < 2 && !(error instanceof ProblemError && error.status < 500),
      },
    },
  });
  return queryClient;
}

/** The ways to sign in besides name and password; none is no reason to stop anybody. */
export const waysQuery = queryOptions({
  queryKey: ['session', 'ways'],
  staleTime: Infinity,
  retry: false,
  queryFn: ({ signal }) => answer(client.GET('/api/sign-in', { signal })),
});

/** What one signs in with. */
export type Proof = { name: string; password: string } | { token: string };

export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    // The secret is in the variables of this call; forget them as soon as the form is gone.
    gcTime: 0,
    mutationFn: async (proof: Proof) => {
      await answer(client.POST('/api/session', { body: proof }));
      return queryClient.query({ ...sessionQuery, staleTime: 0 });
    },
  });
}

export function useSignOut() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => answer(client.DELETE('/api/session')),
    onSuccess: () => {
      forget(queryClient);
    },
  });
}

export function useEndSession() {
  const queryClient = useQueryClient();
  return useCallback(() => {
    forget(queryClient);
  }, [queryClient]);
}
