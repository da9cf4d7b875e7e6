// One store: live progress and timeline, credentials that do not stay, deleting by name, and what
// is said when it cannot sell or is gone.
import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeEventSource } from '../../test/events';
import { open, signedInServer } from '../../test/open';
import { anEvent, anOperation, AT, aStore, later } from '../../test/samples';
import { list, ok, refused } from '../../test/server';
import { sameName } from './DeleteDialog';
import { headline } from './ProgressPanel';

const PAGE = '/stores/saaaaaaaaaa';
const secret = {
  username: 'admin',
  password: 'k7Qm-canary',
  email: 'a@b.c',
  adminUrl: 'http://x/',
};

function server(store = aStore()) {
  return signedInServer()
    .on(`GET /api${PAGE}`, ok(store))
    .on(`GET /api${PAGE}/events`, list([anEvent()]))
    .on(`GET /api${PAGE}/credentials`, ok(secret));
}
const shown = (name = 'Blue Mug Shop') => screen.findByRole('heading', { level: 1, name });

beforeEach(() => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.parse(later(5.4)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

test('progress follows live messages, with the time of each step', async () => {
  server(aStore({ phase: 'Provisioning', operation: anOperation() }));
  open(PAGE);
  await shown();
  const steps = within(screen.getByRole('list', { name: 'Steps' })).getAllByRole('listitem');
  expect(steps.map(({ textContent }) => textContent)).toEqual([
    'Making the namespace, done0.4 s',
    'Installing the release, running5.0 s',
    'Checking the shop, waiting',
  ]);
  expect(screen.getByText('Creating · step 2 of 3 · 5.4 s')).toBeVisible();

  const done = anOperation({
    state: 'succeeded',
    finishedAt: later(9.8),
    steps: anOperation().steps.map((step) => ({
      ...step,
      state: 'done',
      startedAt: AT,
      finishedAt: later(3),
    })),
  });
  FakeEventSource.send('store', aStore({ revision: 2, message: 'Open now.', operation: done }));
  expect(await screen.findByText('Created in 9.8 s')).toBeVisible();
  expect(screen.getByText('Open now.')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Open shop' })).toHaveAttribute('target', '_blank');
});

test('new timeline events come on top, each once', async () => {
  server();
  open(PAGE);
  await screen.findByText('The namespace was made.');
  const next = anEvent({ id: 2, type: 'Warning', message: 'The database restarted.' });
  FakeEventSource.send('timeline', next);
  FakeEventSource.send('timeline', next);
  FakeEventSource.send('timeline', anEvent({ id: 3, storeId: 'sother', message: 'Elsewhere.' }));
  await screen.findByText('The database restarted.');
  const lines = within(screen.getByRole('list', { name: 'Timeline' })).getAllByRole('listitem');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toHaveTextContent('Warning: The database restarted.');
  expect(screen.queryByText('Elsewhere.')).not.toBeInTheDocument();
});

test('credentials are asked for by a click, never cached, and hidden again on leaving', async () => {
  const fake = server();
  const { user, router, queryClient } = open(PAGE);
  await shown();
  expect(fake.to(`GET /api${PAGE}/credentials`)).toHaveLength(0);
  await user.click(screen.getByRole('button', { name: 'Show credentials' }));
  expect(await screen.findByText('k7Qm-canary')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Copy password' })).toBeVisible();
  const cached = JSON.stringify([
    queryClient
      .getQueryCache()
      .getAll()
      .map(({ state }) => state.data),
    queryClient
      .getMutationCache()
      .getAll()
      .map(({ state }) => state),
  ]);
  expect(cached).not.toContain('k7Qm-canary');

  await router.navigate({ to: '/stores' });
  await router.navigate({ to: '/stores/$id', params: { id: 'saaaaaaaaaa' } });
  await shown();
  expect(screen.queryByText('k7Qm-canary')).not.toBeInTheDocument();

  await user.click(screen.getByRole('button', { name: 'Show credentials' }));
  await screen.findByText('k7Qm-canary');
  window.dispatchEvent(new Event('pagehide'));
  await waitFor(() => {
    expect(screen.queryByText('k7Qm-canary')).not.toBeInTheDocument();
  });
  await user.click(screen.getByRole('button', { name: 'Show credentials' }));
  await screen.findByText('k7Qm-canary');
  await user.click(screen.getByRole('button', { name: 'Hide' }));
  expect(screen.queryByText('k7Qm-canary')).not.toBeInTheDocument();
  expect(fake.to(`GET /api${PAGE}/credentials`)).toHaveLength(3);
});

test('credentials that do not exist yet are explained', async () => {
  server().on(`GET /api${PAGE}/credentials`, refused(409, 'Not ready.', [], 'not-ready-yet'));
  const { user } = open(PAGE);
  await shown();
  await user.click(screen.getByRole('button', { name: 'Show credentials' }));
  expect(await screen.findByText(/as soon as the store has its secrets/)).toBeVisible();
});

/** A tab that the browser opens; what it is sent to. */
function aTab() {
  const tab = {
    opener: window as Window | null,
    document: { title: '' },
    location: { replace: vi.fn() },
    close: vi.fn(),
  };
  const opened = vi.spyOn(window, 'open').mockReturnValue(tab as unknown as Window);
  return { tab, opened };
}

test('one click signs in to wp-admin, in a tab that is opened at once', async () => {
  const url = 'http://blue-mug-shop.localhost/.well-known/souk/sign-in#canary';
  const fake = server().on(`POST /api${PAGE}/login-links`, ok({ url, expiresAt: later(60) }, 201));
  const letGo = fake.hold(`POST /api${PAGE}/login-links`);
  const { tab, opened } = aTab();
  const { user, queryClient } = open(PAGE);
  await user.click(await screen.findByRole('button', { name: 'Open wp-admin' }));
  expect(opened).toHaveBeenCalledExactlyOnceWith('', '_blank');
  expect(tab.opener).toBeNull();
  expect(tab.location.replace).not.toHaveBeenCalled();
  letGo();
  await waitFor(() => {
    expect(tab.location.replace).toHaveBeenCalledExactlyOnceWith(url);
  });
  expect(tab.close).not.toHaveBeenCalled();
  const mutations = queryClient.getMutationCache().getAll();
  const queries = queryClient.getQueryCache().getAll();
  const cached = JSON.stringify([...mutations, ...queries].map(({ state }) => state));
  expect(cached).not.toContain('canary');
});

test.each([
  ['a refusal', refused(409, 'There is no shop to sign in to.'), 'There is no shop to sign in to.'],
  ['an address that runs here', ok({ url: 'javascript:alert(1)', expiresAt: AT }, 201), /wrong/],
])('%s closes the tab again, and is said beside the button', async (_what, reply, said) => {
  server().on(`POST /api${PAGE}/login-links`, reply);
  const { tab } = aTab();
  const { user } = open(PAGE);
  await user.click(await screen.findByRole('button', { name: 'Open wp-admin' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(said);
  expect(tab.close).toHaveBeenCalledOnce();
  expect(tab.location.replace).not.toHaveBeenCalled();
});

test('a browser that opens no tab is said to have blocked it, and no link is made', async () => {
  const fake = server();
  vi.spyOn(window, 'open').mockReturnValue(null);
  const { user } = open(PAGE);
  await user.click(await screen.findByRole('button', { name: 'Open wp-admin' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(/has blocked the new tab/);
  expect(fake.to(`POST /api${PAGE}/login-links`)).toHaveLength(0);
});

test('deleting needs the name, and then shows how far it is', async () => {
  const gone = aStore({
    phase: 'Deleting',
    revision: 2,
    message: 'The release is being removed.',
    operation: anOperation({ kind: 'delete' }),
  });
  const fake = server().on(`DELETE /api${PAGE}`, ok(gone, 202));
  const { user } = open(PAGE);
  await shown();
  await user.click(screen.getByRole('button', { name: 'Delete store' }));
  const dialog = await screen.findByRole('dialog', { name: 'Delete Blue Mug Shop?' });
  const confirm = within(dialog).getByRole('button', { name: 'Delete forever' });
  const field = within(dialog).getByLabelText('Type Blue Mug Shop to confirm');
  await user.type(field, 'Blue Mug{Enter}');
  expect(confirm).toBeDisabled();
  expect(fake.to(`DELETE /api${PAGE}`)).toHaveLength(0);
  expect(field).toBeValid();
  await user.type(field, 's');
  expect(field).toHaveAccessibleDescription('This is not the name of the store.');
  await user.type(field, '{Backspace} Shop');
  expect(confirm).toBeEnabled();
  await user.click(confirm);
  expect(await screen.findByText('The release is being removed.')).toBeVisible();
  await waitFor(() => {
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
  expect(screen.queryByRole('button', { name: 'Delete store' })).not.toBeInTheDocument();

  FakeEventSource.send('store', aStore({ phase: 'Deleted', revision: 3 }));
  expect(await shown('This store is gone')).toBeVisible();
});

test('a plain WordPress is said to be one', async () => {
  server(aStore({ ordersPossible: false }));
  open(PAGE);
  expect(await screen.findByText('No order can be placed here')).toBeVisible();
});

test('a failed operation can be retried, a running one cancelled', async () => {
  const failed = anOperation({ state: 'failed', finishedAt: later(5), message: 'Out of time.' });
  const fake = server(aStore({ phase: 'Failed', operation: failed })).on(
    'POST /api/operations/op1:retry',
    ok(anOperation(), 202),
  );
  const { user } = open(PAGE);
  await shown();
  expect(screen.getByText('Creating failed after 5.0 s')).toBeVisible();
  expect(screen.getByText('Out of time.')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Retry' }));
  await waitFor(() => {
    expect(fake.to('POST /api/operations/op1:retry')).toHaveLength(1);
  });
  fake.on('POST /api/operations/op1:cancel', refused(409, 'It has just ended.'));
  FakeEventSource.send(
    'store',
    aStore({ phase: 'Provisioning', revision: 2, operation: anOperation() }),
  );
  await user.click(await screen.findByRole('button', { name: 'Cancel' }));
  await user.click(await screen.findByRole('button', { name: 'Cancel and keep' }));
  expect(await screen.findByText('It has just ended.')).toBeVisible();
});

test('cancelling a creation asks what becomes of what it made', async () => {
  const fake = server(aStore({ phase: 'Provisioning', operation: anOperation() })).on(
    'POST /api/operations/op1:cancel',
    ok(anOperation({ state: 'cancelled' }), 202),
  );
  const { user } = open(PAGE);
  await shown();
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  const dialog = await screen.findByRole('dialog', { name: 'Cancel creating Blue Mug Shop?' });
  await user.click(within(dialog).getByRole('radio', { name: /Remove it/ }));
  await user.click(within(dialog).getByRole('button', { name: 'Cancel and remove' }));
  await waitFor(() => {
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
  const sent = fake.to('POST /api/operations/op1:cancel');
  expect(sent.map(({ body }) => body)).toEqual([{ created: 'remove' }]);
});

test('a change is cancelled without a question', async () => {
  const update = anOperation({ kind: 'update' });
  const fake = server(aStore({ phase: 'Provisioning', operation: update })).on(
    'POST /api/operations/op1:cancel',
    ok(update, 202),
  );
  const { user } = open(PAGE);
  await shown();
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => {
    expect(fake.to('POST /api/operations/op1:cancel')).toHaveLength(1);
  });
});

test('what waits says where and for what, and follows the queue live', async () => {
  const queued = (position: number) =>
    anOperation({
      state: 'queued',
      startedAt: null,
      queue: {
        position,
        ahead: position - 1,
        reason: 'PlacesTaken',
        message: `Place ${position}.`,
      },
    });
  server(aStore({ phase: 'Pending', message: 'Place 3.', operation: queued(3) }));
  open(PAGE);
  await shown();
  expect(screen.getByText('Place 3.')).toBeVisible();
  expect(screen.getByText('Waiting · number 3 in line')).toBeVisible();
  // The queue moved, nothing of the store itself did: the revision is the same.
  FakeEventSource.send(
    'store',
    aStore({ phase: 'Pending', message: 'Place 1.', operation: queued(1) }),
  );
  expect(await screen.findByText('Waiting · next in line')).toBeVisible();
  FakeEventSource.send(
    'store',
    aStore({
      phase: 'Provisioning',
      revision: 2,
      operation: anOperation(),
      nextOperation: { id: 'op2', kind: 'update', createdAt: AT, message: 'It begins later.' },
    }),
  );
  expect(await screen.findByText('A change waits. It begins later.')).toBeVisible();
});

test('a rename is sent onto the state it was made for, and a collision is said', async () => {
  const fake = server(aStore({ revision: 4 }))
    .on('GET /api/slugs/mugs', ok({ slug: 'mugs', url: 'http://mugs.localhost', available: true }))
    .on(
      `PATCH /api${PAGE}`,
      refused(412, 'Changed meanwhile.', [{ field: 'If-Match', message: 'is not the revision' }]),
    );
  const { user } = open(PAGE);
  await shown();
  await user.click(screen.getByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Rename or change address' }));
  const address = await screen.findByLabelText('Address');
  expect(screen.getByRole('button', { name: 'Save changes' })).toBeDisabled();
  await user.clear(address);
  await user.type(address, 'mugs');
  fake.on(`GET /api${PAGE}`, ok(aStore({ revision: 5, name: 'Their name' })));
  await user.click(screen.getByRole('button', { name: 'Save changes' }));
  expect(await screen.findByText(/Somebody else changed this store meanwhile/)).toBeVisible();
  expect(screen.getByLabelText('Name')).toHaveValue('Their name');
  fake.on(`PATCH /api${PAGE}`, ok(aStore({ revision: 6, slug: 'mugs' }), 202));
  await user.click(screen.getByRole('button', { name: 'Save changes' }));
  await waitFor(() => {
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
  const sent = fake.to(`PATCH /api${PAGE}`);
  expect(sent.map(({ body }) => body)).toEqual([{ slug: 'mugs' }, { slug: 'mugs' }]);
  expect(sent.map(({ headers }) => headers.get('if-match'))).toEqual(['"4"', '"5"']);
});

test.each([
  [404, 'There is no such store'],
  [410, 'This store is gone'],
])('a store that answers %i', async (status, title) => {
  server().on(`GET /api${PAGE}`, refused(status, 'No.'));
  open(PAGE);
  expect(await shown(title)).toBeVisible();
});

test('headlines of operations', () => {
  const now = Date.parse(later(64));
  expect(headline(anOperation({ state: 'queued' }), now)).toBe('Waiting to start');
  expect(headline(anOperation({ attempts: 2, nextAttemptAt: later(72) }), now)).toBe(
    'Creating · step 2 of 3 · attempt 2 · next attempt in 8 seconds · 1 min 04 s',
  );
  expect(headline(anOperation({ state: 'cancelled', finishedAt: later(2) }), now)).toBe(
    'Creating was cancelled after 2.0 s',
  );
});

test('names are compared as people see them', () => {
  expect(sameName(' Blue  Mug ', 'Blue Mug')).toBe(true);
  expect(sameName('Cafe\u0301', 'Caf\u00e9')).toBe(true);
  expect(sameName('blue mug', 'Blue Mug')).toBe(false);
});

test('repairs are switched off, whatever else changes meanwhile', async () => {
  const fake = server();
  fake.on(`PATCH /api${PAGE}`, ok(aStore({ repair: 'off', revision: 2 })));
  const { user } = open(PAGE);
  await shown();
  const repairs = screen.getByRole('switch', { name: 'Set back what others change' });
  expect(repairs).toBeChecked();
  await user.click(repairs);
  await waitFor(() => {
    expect(repairs).not.toBeChecked();
  });
  expect(screen.getByText(/told here, and left as it is/)).toBeVisible();
  const [asked] = fake.to(`PATCH /api${PAGE}`);
  expect(asked?.body).toEqual({ repair: 'off' });
  expect(asked?.headers.get('if-match')).toBeNull();
});

test('a store is suspended after a question, and resumed by one click', async () => {
  const suspending = anOperation({ kind: 'suspend', steps: [] });
  const resuming = anOperation({ kind: 'resume', steps: [] });
  const fake = server()
    .on(
      `POST /api${PAGE}:suspend`,
      ok(aStore({ revision: 2, phase: 'Provisioning', operation: suspending }), 202),
    )
    .on(
      `POST /api${PAGE}:resume`,
      ok(aStore({ revision: 4, phase: 'Provisioning', operation: resuming }), 202),
    );
  const { user } = open(PAGE);
  await shown();
  await user.click(screen.getByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Suspend store' }));
  const dialog = await screen.findByRole('dialog', { name: 'Suspend Blue Mug Shop?' });
  expect(fake.to(`POST /api${PAGE}:suspend`)).toHaveLength(0);
  await user.click(within(dialog).getByRole('button', { name: 'Suspend' }));
  expect(await screen.findByText(/^Suspending/)).toBeVisible();
  expect(fake.to(`POST /api${PAGE}:suspend`)).toHaveLength(1);

  const asleep = aStore({
    revision: 3,
    phase: 'Suspended',
    message: 'Suspended: stopped on purpose.',
  });
  FakeEventSource.send('store', asleep);
  expect(await screen.findByText('Suspended: stopped on purpose.')).toBeVisible();
  expect(screen.queryByRole('link', { name: 'Open shop' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Resume' }));
  expect(await screen.findByText(/^Resuming/)).toBeVisible();
  expect(fake.to(`POST /api${PAGE}:resume`)).toHaveLength(1);
});
