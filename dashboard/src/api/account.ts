// One's own account: password, browsers in which one is signed in, tokens, and how much is left.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, client, listed } from './client';
import type { Browser, CreateSignInCode, CreateToken, Token } from './model';

/** Of oneself, or of a team that one belongs to. */
export const quotaQuery = (team?: string) =>
  queryOptions({
    queryKey: ['quota', team ?? null],
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/quota', {
          signal,
          params: { query: team === undefined ? {} : { team } },
        }),
      ),
  });

export const browsersQuery = queryOptions({
  queryKey: ['browsers'],
  queryFn: ({ signal }) => listed<Browser>(client.GET('/api/sessions', { signal })),
});

export const ownTokensQuery = queryOptions({
  queryKey: ['tokens', 'own'],
  queryFn: ({ signal }) => listed<Token>(client.GET('/api/me/tokens', { signal })),
});

export function useChangePassword() {
  const queryClient = useQueryClient();
  return useMutation({
    // Two passwords are in the variables of this call; forget them as soon as the form is gone.
    gcTime: 0,
    mutationFn: (body: { current: string; new: string }) =>
      answer(client.POST('/api/me/password', { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['browsers'] }),
  });
}

export function useEndBrowser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answer(client.DELETE('/api/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['browsers'] }),
  });
}

/** Ends the sign-in of this browser too. */
export function useSignOutEverywhere(onDone: () => void) {
  return useMutation({
    mutationFn: () => answer(client.DELETE('/api/sessions')),
    onSuccess: onDone,
  });
}

export function useCreateOwnToken() {
  const queryClient = useQueryClient();
  return useMutation({
    // The token is in the answer, and nowhere else once it was shown.
    gcTime: 0,
    mutationFn: (body: CreateToken) => answer(client.POST('/api/me/tokens', { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
  });
}

export function useRevokeOwnToken() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answer(client.DELETE('/api/me/tokens/{id}', { params: { path: { id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
  });
}

/** A code for the command line, which makes a token of it. */
export function useAllowCommandLine() {
  return useMutation({
    gcTime: 0,
    mutationFn: (body: CreateSignInCode) => answer(client.POST('/api/me/sign-in-codes', { body })),
  });
}

/** Chooses a password by the secret of a link. Nobody is signed in by that. */
export function useAcceptInvite() {
  return useMutation({
    gcTime: 0,
    mutationFn: (body: { token: string; password: string }) =>
      answer(client.POST('/api/invite', { body })),
  });
}
