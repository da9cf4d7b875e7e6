// Nobody is offered what the server would refuse: a viewer looks, an owner acts on their own.
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../test/open';
import { ben, viewer } from '../test/people';
import { anOperation, aStore } from '../test/samples';
import { list, ok } from '../test/server';

const PATH = '/api/stores/saaaaaaaaaa';

function server(access: unknown) {
  return signedInServer()
    .on('GET /api/stores', list([aStore()]))
    .on(`GET ${PATH}`, ok(aStore()))
    .on(`GET ${PATH}/events`, list([]))
    .on(`GET ${PATH}/access`, ok(access));
}

test('a viewer finds nothing to press on a store', async () => {
  const asked = server({ role: null, permissions: ['store.read', 'store.logs'] });
  asked.on('GET /api/me', ok(viewer));
  open('/stores/saaaaaaaaaa');
  await screen.findByRole('heading', { level: 1, name: 'Blue Mug Shop' });
  await waitFor(() => {
    expect(asked.to(`GET ${PATH}/access`)).toHaveLength(1);
  });
  for (const name of ['More actions', 'Show credentials', 'Delete store', 'Retry', 'Cancel']) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
  expect(screen.getByRole('switch')).toBeDisabled();
  // Who may not sign in by a click is asked for a password there.
  const admin = screen.getByRole('link', { name: 'Open wp-admin' });
  expect(admin).toHaveAttribute('href', 'http://blue-mug-shop.localhost/wp-admin/');
});

test('a viewer is not offered to make stores', async () => {
  server(null).on('GET /api/me', ok(viewer));
  const { user, router } = open('/stores?create=true');
  await screen.findByRole('link', { name: 'Blue Mug Shop' });
  await user.keyboard('c');
  expect(screen.queryByRole('button', { name: 'Create store' })).toBeNull();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(router.state.location.pathname).toBe('/stores');
});

test('a member changes a store and does not delete it; its owner does', async () => {
  const permissions = ['store.read', 'store.change', 'store.cancel', 'store.credentials'];
  const asked = server({ role: 'member', permissions });
  asked.on('GET /api/me', ok(ben));
  const view = open('/stores/saaaaaaaaaa');
  expect(await screen.findByRole('button', { name: 'Show credentials' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Delete store' })).toBeNull();
  view.unmount();
  asked.on(
    `GET ${PATH}/access`,
    ok({ role: 'owner', permissions: [...permissions, 'store.delete'] }),
  );
  open('/stores/saaaaaaaaaa');
  expect(await screen.findByRole('button', { name: 'Delete store' })).toBeVisible();
});

test('of many chosen stores, only what is allowed is offered', async () => {
  const failed = aStore({ phase: 'Failed', operation: anOperation({ state: 'failed' }) });
  const other = aStore({ id: 'sbbbbbbbbbb', name: 'Northwind' });
  const asked = server({ role: 'member', permissions: ['store.read', 'store.cancel'] })
    .on('GET /api/stores', list([failed, other]))
    .on('GET /api/stores/sbbbbbbbbbb/access', ok({ role: null, permissions: ['store.read'] }))
    .on('GET /api/me', ok(viewer));
  const { user } = open('/stores');
  await user.click(await screen.findByRole('checkbox', { name: 'Select Northwind' }));
  const bar = screen.getByRole('toolbar', { name: 'Selected stores' });
  await waitFor(() => {
    expect(asked.to('GET /api/stores/sbbbbbbbbbb/access')).toHaveLength(1);
  });
  expect(within(bar).getByText('There is nothing that you can ask of them.')).toBeVisible();
  await user.click(screen.getByRole('checkbox', { name: 'Select all that are shown' }));
  expect(await within(bar).findByRole('button', { name: 'Retry 1' })).toBeVisible();
  for (const name of [/^Delete/, /^Repairs/]) {
    expect(within(bar).queryByRole('button', { name })).toBeNull();
  }
});

test('the palette offers pages and actions that are allowed', async () => {
  const asked = server(null);
  const offered = async (name: string) => {
    const { user, unmount } = open('/activity');
    await screen.findByRole('heading', { level: 1, name: 'Activity' });
    await user.click(screen.getByRole('button', { name: 'Go to or do' }));
    const palette = await screen.findByRole('dialog');
    expect(await within(palette).findByText('Your account')).toBeVisible();
    const found = within(palette).queryByText(name) !== null;
    unmount();
    return found;
  };
  expect(await offered('Create store')).toBe(true);
  expect(await offered('People')).toBe(true);
  asked.on('GET /api/me', ok(viewer));
  expect(await offered('Create store')).toBe(false);
  expect(await offered('People')).toBe(false);
});

test('who sees some stores is not told how many more the platform takes', async () => {
  const asked = server(null);
  const view = open('/platform');
  expect(await screen.findByText(/of at most 50/)).toBeVisible();
  view.unmount();
  asked.on('GET /api/me', ok(ben));
  open('/platform');
  expect(await screen.findByText('Those that you see')).toBeVisible();
  expect(screen.queryByText(/of at most 50/)).toBeNull();
  expect(screen.queryByText('Without a store')).toBeNull();
});

test('a store is made for a team, whose limit is shown', async () => {
  const asked = server(null)
    .on('GET /api/me', ok(ben))
    .on('GET /api/teams', list([{ id: 't1', name: 'agency', role: 'member', createdAt: '' }]))
    .on('POST /api/stores', ok(aStore(), 202))
    .on('GET /api/slugs', ok({ slug: 'mug', url: '', available: true, reason: null }));
  const { user } = open('/stores?create=true');
  await user.type(await screen.findByLabelText('Name'), 'Mug');
  await user.selectOptions(await screen.findByLabelText('Owner'), 'agency');
  expect(await screen.findByText('3 of 5')).toBeVisible();
  expect(asked.to('GET /api/quota').at(-1)?.query.get('team')).toBe('agency');
  await user.click(screen.getAllByRole('button', { name: 'Create store' }).at(-1) as HTMLElement);
  await waitFor(() => {
    expect(asked.to('POST /api/stores')[0]?.body).toEqual({ name: 'Mug', team: 'agency' });
  });
});
