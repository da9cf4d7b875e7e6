// The addresses of the dashboard. What narrows the table of stores stands in the address too, so
// that a view can be sent to somebody. Pages but the first are loaded when they are opened.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type ParsedLocation,
  type RouterHistory,
} from '@tanstack/react-router';
import { PHASES, type AuditFilter, type Phase, type StoreSort } from './api/model';
import { sessionQuery } from './api/session';
import { Shell } from './shell/Shell';
import { Crash, NotFound } from './shell/Stop';
import type { CommandLineSearch } from './pages/command-line/asked';
import { SignInPage } from './pages/sign-in/SignInPage';
import { StoresPage } from './pages/stores/StoresPage';
import { texts } from './texts';

export interface StoresSearch {
  search?: string;
  phase?: Phase;
  owner?: string;
  blueprint?: string;
  sort?: StoreSort;
  /** The create dialog is open. */
  create?: true;
}

/** Of an address, those parameters that say something; a name of digits arrives as a number. */
function words<Name extends string>(raw: Record<string, unknown>, names: readonly Name[]) {
  const found = names.flatMap((name) => {
    const value = raw[name];
    const says = (typeof value === 'string' && value !== '') || typeof value === 'number';
    return says ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(found) as Partial<Record<Name, string>>;
}

function moments(raw: Record<string, unknown>): Pick<AuditFilter, 'since' | 'until'> {
  const given = words(raw, ['since', 'until']);
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => !Number.isNaN(Date.parse(value))),
  );
}

function readStoresSearch(raw: Record<string, unknown>): StoresSearch {
  const found: StoresSearch = words(raw, ['search', 'owner', 'blueprint']);
  const phase = PHASES.find((known) => known === raw.phase);
  if (phase !== undefined) found.phase = phase;
  const sort = raw.sort;
  if (typeof sort === 'string' && sort in texts.stores.sorts) found.sort = sort as StoreSort;
  if (raw.create === true) found.create = true;
  return found;
}

export interface SignInSearch {
  back?: string;
  /** Why single sign-on led back here; `texts.signIn.refusals` has the words. */
  refused?: string;
}

/** Where to go on after signing in: only an address of this dashboard. */
export function readBack(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return undefined;
  return /^\/(?![/\\])/.test(raw) && !raw.startsWith('/sign-in') ? raw : undefined;
}

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: Crash,
});

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (raw: Record<string, unknown>): SignInSearch => {
    const back = readBack(raw.back);
    return { ...words(raw, ['refused']), ...(back === undefined ? {} : { back }) };
  },
});

interface Loading {
  context: { queryClient: QueryClient };
  location: ParsedLocation;
}

/** Leads whoever is not signed in to where they do that first. */
async function needSession({ context, location }: Loading) {
  const session = await context.queryClient.query({ ...sessionQuery, staleTime: 'static' });
  if (session !== null) return;
  // Who just opens the dashboard was nowhere yet.
  const search = location.pathname === '/' ? {} : { back: location.href };
  throw redirect({ to: '/sign-in', search });
}

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: needSession,
});

const indexRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/stores', replace: true });
  },
});

export const storesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/stores',
  component: StoresPage,
  validateSearch: readStoresSearch,
});

export const storeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/stores/$id',
  component: lazyRouteComponent(() => import('./pages/store/StorePage'), 'StorePage'),
});

export const activityRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/activity',
  validateSearch: (raw: Record<string, unknown>): AuditFilter => ({
    ...words(raw, ['actor', 'action', 'store']),
    ...moments(raw),
  }),
  component: lazyRouteComponent(() => import('./pages/activity/ActivityPage'), 'ActivityPage'),
});

const platformRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/platform',
  component: lazyRouteComponent(() => import('./pages/platform/PlatformPage'), 'PlatformPage'),
});

const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite',
  component: lazyRouteComponent(() => import('./pages/invite/InvitePage'), 'InvitePage'),
});

const commandLineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cli',
  beforeLoad: needSession,
  validateSearch: (raw: Record<string, unknown>): CommandLineSearch => ({
    ...words(raw, ['challenge', 'host', 'port', 'state']),
    ...(typeof raw.port === 'number' ? { port: raw.port } : {}),
  }),
  component: lazyRouteComponent(
    () => import('./pages/command-line/CommandLinePage'),
    'CommandLinePage',
  ),
});

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/people/PeoplePage'), 'PeoplePage'),
});

const teamsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/teams',
  component: lazyRouteComponent(() => import('./pages/teams/TeamsPage'), 'TeamsPage'),
});

const tokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./pages/tokens/TokensPage'), 'TokensPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/AccountPage'), 'AccountPage'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  inviteRoute,
  commandLineRoute,
  shellRoute.addChildren([
    indexRoute,
    storesRoute,
    storeRoute,
    activityRoute,
    platformRoute,
    peopleRoute,
    teamsRoute,
    tokensRoute,
    accountRoute,
  ]),
]);

export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
    ...(history === undefined ? {} : { history }),
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
