// Every page and dialog, looked at by axe: nothing serious.
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { seriousTrouble } from '../test/axe';
import { open, signedInServer } from '../test/open';
import { anEntry, anEvent, anOperation, aStore, later } from '../test/samples';
import { list, ok, plain } from '../test/server';

const sick = aStore({
  phase: 'Failed',
  message: 'The database did not start.',
  operation: anOperation({ state: 'failed', finishedAt: later(9), message: 'Retry.' }),
  conditions: [
    {
      type: 'DatabaseReady',
      status: 'False',
      reason: 'NotReady',
      message: 'No pod is ready.',
      lastTransitionTime: later(1),
    },
  ],
});

function server() {
  return signedInServer()
    .on('GET /api/stores', list([aStore({ id: 'sbbbbbbbbbb', name: 'Second' }), sick]))
    .on('GET /api/stores/saaaaaaaaaa', ok(sick))
    .on('GET /api/stores/saaaaaaaaaa/events', list([anEvent({ type: 'Warning' })]))
    .on('GET /api/stores/saaaaaaaaaa/logs', plain('a line\n'))
    .on('GET /api/stores/audit/log', list([anEntry()]));
}

const clear = async () => {
  expect(await seriousTrouble()).toEqual([]);
};

test('sign-in', async () => {
  signedInServer().on('GET /api/session', { status: 401 });
  open('/sign-in');
  await screen.findByRole('button', { name: 'Sign in' });
  await clear();
});

test('stores, chosen ones, and deleting them', async () => {
  server();
  const { user } = open('/stores');
  await user.click(await screen.findByRole('checkbox', { name: 'Select Second' }));
  await clear();
  await user.click(screen.getByRole('button', { name: 'Delete 1' }));
  await screen.findByRole('dialog');
  await clear();
});

test('no stores', async () => {
  server().on('GET /api/stores', list([]));
  open('/stores');
  await screen.findByText('Open your first shop');
  await clear();
});

test('a new store', async () => {
  server();
  open('/stores?create=true');
  await screen.findByRole('dialog', { name: 'Create a store' });
  await screen.findByRole('radio', { name: 'Standard' });
  await clear();
});

test('a store that failed, its logs, and deleting it', async () => {
  server();
  const { user } = open('/stores/saaaaaaaaaa');
  await user.click(await screen.findByRole('button', { name: 'Show logs' }));
  await screen.findByText('a line');
  await clear();
  await user.click(screen.getByRole('button', { name: 'Delete store' }));
  await screen.findByRole('dialog');
  await clear();
});

test('activity', async () => {
  server();
  open('/activity?store=saaaaaaaaaa');
  await screen.findByText('Store: Blue Mug Shop');
  await clear();
});

test('platform', async () => {
  server();
  open('/platform');
  await screen.findByRole('table', { name: 'Stores asked for' });
  await clear();
});

test('the palette', async () => {
  server();
  const { user } = open('/stores');
  await user.click(await screen.findByRole('button', { name: 'Go to or do' }));
  await screen.findByPlaceholderText('Find a store, a page or an action');
  await clear();
});
