// The table: live changes without asking again, filters in the address, the empty state, banners.
import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Condition } from '../../api/model';
import { FakeEventSource } from '../../test/events';
import { open, signedInServer } from '../../test/open';
import { viewer } from '../../test/people';
import { aStore, anOperation, later, platform } from '../../test/samples';
import { list, ok } from '../../test/server';

afterEach(() => {
  vi.useRealTimers();
});

test('the empty state teaches both ways to create a shop', async () => {
  signedInServer();
  const { user } = open('/stores');
  expect(await screen.findByText('Open your first shop')).toBeVisible();
  const command = screen.getByText('--wait').closest('code');
  expect(command).toHaveTextContent('souk store create "Blue Mug Shop" --wait');
  await user.click(screen.getAllByRole('button', { name: 'Create store' })[0] as HTMLElement);
  expect(await screen.findByRole('dialog', { name: 'Create a store' })).toBeVisible();
});

test('who makes no stores is told that there are none, and offered nothing', async () => {
  signedInServer().on('GET /api/me', ok(viewer));
  open('/stores');
  expect(await screen.findByText('There are no stores yet')).toBeVisible();
  expect(screen.queryByText('--wait')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Create store' })).toBeNull();
});

test('live messages change rows and add new ones without another request', async () => {
  const server = signedInServer().on('GET /api/stores', list([aStore({ phase: 'Pending' })]));
  open('/stores');
  const row = (await screen.findByRole('link', { name: 'Blue Mug Shop' })).closest('tr');
  expect(within(row as HTMLElement).getByText('Pending')).toBeVisible();
  FakeEventSource.send('hello');
  await waitFor(() => {
    expect(server.to('GET /api/stores').length).toBeGreaterThan(1);
  });
  const asked = server.to('GET /api/stores').length;

  FakeEventSource.send(
    'store',
    aStore({ phase: 'Provisioning', revision: 2, operation: anOperation() }),
  );
  expect(await screen.findByText('Installing the release')).toBeVisible();
  expect(screen.getByRole('progressbar', { name: '1 of 3 steps done' })).toHaveValue(1);

  FakeEventSource.send(
    'store',
    aStore({ id: 'sbbbbbbbbbb', name: 'Second', createdAt: later(60), updatedAt: later(60) }),
  );
  expect(await screen.findByRole('link', { name: 'Second' })).toBeVisible();
  expect(screen.getByText('2 stores')).toBeVisible();
  const names = screen.getAllByRole('row').slice(1);
  expect(names[0]).toHaveTextContent('Second');

  FakeEventSource.send('store', aStore({ phase: 'Deleted', revision: 3 }));
  await waitFor(() => {
    expect(screen.queryByRole('link', { name: 'Blue Mug Shop' })).not.toBeInTheDocument();
  });
  expect(server.to('GET /api/stores')).toHaveLength(asked);
});

test('a row says where its store waits', async () => {
  const queue = { position: 2, ahead: 1, reason: 'PlacesTaken', message: 'Waiting for its turn.' };
  const operation = anOperation({ state: 'queued', startedAt: null, queue });
  signedInServer().on('GET /api/stores', list([aStore({ phase: 'Pending', operation })]));
  open('/stores');
  expect(await screen.findByText('Waiting · number 2 in line')).toBeVisible();
});

test('search, phase and order go into the request and the address', async () => {
  const server = signedInServer().on('GET /api/stores', list([aStore()]));
  const { user, router } = open('/stores');
  await screen.findByRole('link', { name: 'Blue Mug Shop' });
  await user.type(screen.getByRole('searchbox', { name: 'Search stores' }), 'mug');
  await user.click(screen.getByRole('button', { name: /^Ready/ }));
  await user.click(screen.getByRole('button', { name: 'Sort by Store' }));
  await waitFor(() => {
    expect(Object.fromEntries(server.to('GET /api/stores').at(-1)?.query ?? [])).toEqual({
      search: 'mug',
      phase: 'Ready',
      sort: 'name',
      limit: '100',
    });
  });
  expect(router.state.location.search).toEqual({ search: 'mug', phase: 'Ready', sort: 'name' });
  expect(screen.getByRole('columnheader', { name: /Store/ })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
});

test('owner and blueprint narrow the list, and an address with them opens it narrowed', async () => {
  const server = signedInServer().on('GET /api/stores', list([aStore()]));
  const { user, router } = open('/stores?owner=42');
  await screen.findByRole('link', { name: 'Blue Mug Shop' });
  const owner = screen.getByLabelText('Filter by owner');
  expect(owner).toHaveValue('42');
  expect(server.to('GET /api/stores').at(-1)?.query.get('owner')).toBe('42');
  await user.clear(owner);
  await user.type(owner, 'anna');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Filter by blueprint' }), [
    'woocommerce',
  ]);
  await waitFor(() => {
    expect(router.state.location.search).toEqual({ owner: 'anna', blueprint: 'woocommerce' });
  });
  const asked = server.to('GET /api/stores').at(-1)?.query;
  expect([asked?.get('owner'), asked?.get('blueprint')]).toEqual(['anna', 'woocommerce']);

  // A store of somebody else does not enter a list that is narrowed to one owner.
  FakeEventSource.send('store', aStore({ id: 'sbbbbbbbbbb', name: 'Other', owner: 'bert' }));
  expect(screen.queryByRole('link', { name: 'Other' })).not.toBeInTheDocument();
});

test('a change of phase is read out', async () => {
  signedInServer().on('GET /api/stores', list([aStore({ phase: 'Provisioning' })]));
  open('/stores');
  await screen.findByRole('link', { name: 'Blue Mug Shop' });
  FakeEventSource.send('store', aStore({ phase: 'Ready', revision: 2 }));
  expect(screen.getByRole('log', { name: 'Changes of stores' })).toHaveTextContent(
    'Blue Mug Shop: is ready.',
  );
});

test('a cut connection is said, tried again, and what was missed is read', async () => {
  const server = signedInServer().on('GET /api/stores', list([aStore({ phase: 'Pending' })]));
  const { user } = open('/stores');
  await screen.findByRole('link', { name: 'Blue Mug Shop' });
  FakeEventSource.send('hello');
  expect(await screen.findByText('Live')).toBeVisible();

  FakeEventSource.cut();
  expect(await screen.findByText('Offline')).toBeVisible();
  expect(await screen.findByRole('alert')).toHaveTextContent('The connection to Souk is lost.');
  server.on('GET /api/stores', list([aStore({ phase: 'Ready', revision: 7 })]));
  await user.click(screen.getByRole('button', { name: 'Try now' }));
  FakeEventSource.send('hello');
  const table = await screen.findByRole('table', { name: 'Stores' });
  expect(await within(table).findByText('Ready')).toBeVisible();
  await waitFor(() => {
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });
});

test('an unreachable cluster is said, as soon as a store shows it', async () => {
  const server = signedInServer().on('GET /api/stores', list([aStore()]));
  open('/stores');
  await screen.findByRole('link', { name: 'Blue Mug Shop' });
  FakeEventSource.send('hello');
  server.on(
    'GET /api/platform',
    ok({ ...platform, cluster: { reachable: false, version: null, message: 'Refused.' } }),
  );
  const away: Condition = {
    type: 'ClusterReachable',
    status: 'False',
    reason: 'Refused',
    message: '',
    lastTransitionTime: later(1),
  };
  await waitFor(() => {
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });
  FakeEventSource.send('store', aStore({ revision: 2, conditions: [away] }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Souk cannot reach the cluster.');
});
