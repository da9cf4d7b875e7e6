// Nobody is offered what the server would refuse: a viewer looks, an owner acts on their own.
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../test/open';
import { ben, viewer } from '../test/people';
import { aStore } from '../test/samples';
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
