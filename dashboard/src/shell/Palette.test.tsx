// The palette: opened by keyboard, finds stores and pages, goes there by Enter.
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../test/open';
import { aStore } from '../test/samples';
import { list, ok } from '../test/server';

function server() {
  return signedInServer()
    .on('GET /api/stores', ({ query }) =>
      list((query.get('search') ?? 'mug') === 'mug' ? [aStore()] : []),
    )
    .on('GET /api/stores/saaaaaaaaaa', ok(aStore()))
    .on('GET /api/stores/saaaaaaaaaa/events', list([]));
}

test('Ctrl K finds a store by its name, and Enter opens it', async () => {
  server();
  const { user, router } = open('/platform');
  await screen.findByRole('heading', { level: 1, name: 'Platform' });
  await user.keyboard('{Control>}k{/Control}');
  const field = await screen.findByPlaceholderText('Find a store, a page or an action');
  await user.type(field, 'mug');
  expect(await screen.findByText('Blue Mug Shop')).toBeVisible();
  await user.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => {
    expect(router.state.location.pathname).toBe('/stores/saaaaaaaaaa');
  });
});

test('pages are found by typing, and what fits nothing is said', async () => {
  server();
  const { user, router } = open('/stores');
  await user.click(await screen.findByRole('button', { name: 'Go to or do' }));
  const field = await screen.findByPlaceholderText('Find a store, a page or an action');
  await user.type(field, 'xyzzy');
  expect(await screen.findByText('Nothing fits. Try a part of a name.')).toBeVisible();
  await user.clear(field);
  await user.type(field, 'activ');
  await user.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => {
    expect(router.state.location.pathname).toBe('/activity');
  });
});
