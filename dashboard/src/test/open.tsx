// Opens the whole dashboard at an address, against a FakeServer.
import { createMemoryHistory } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createQueryClient } from '../api/session';
import { App } from '../App';
import { createAppRouter } from '../router';
import { me, quota } from './people';
import { health, metrics, platform, someUsage } from './samples';
import { FakeServer, list, ok } from './server';

/** A server that has somebody signed in and knows the platform, but no store. */
export function signedInServer(): FakeServer {
  return new FakeServer()
    .on('GET /api/session', ok({ actor: 'admin' }))
    .on('GET /api/sign-in', ok({ singleSignOn: null }))
    .on('GET /api/me', ok(me))
    .on('GET /api/teams', list([]))
    .on('GET /api/quota', ok(quota))
    .on('GET /api/platform', ok(platform))
    .on('GET /api/metrics', ok(metrics))
    .on('GET /api/health', ok(health))
    .on('GET /api/stores', list([]))
    .on('GET /api/stores/saaaaaaaaaa/usage', ok(someUsage({ now: null, points: [] })));
}

export function open(address: string) {
  const queryClient = createQueryClient();
  queryClient.setDefaultOptions({
    queries: { ...queryClient.getDefaultOptions().queries, retry: false },
  });
  const router = createAppRouter(queryClient, createMemoryHistory({ initialEntries: [address] }));
  const view = render(<App queryClient={queryClient} router={router} />);
  return { ...view, user: userEvent.setup(), router, queryClient };
}
