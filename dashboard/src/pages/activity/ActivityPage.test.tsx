// The audit log: filters go into the request and the address; an export holds all that fits.
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { anEntry } from '../../test/samples';
import { list, ok } from '../../test/server';
import { toCsv, toJsonLines } from './export';

const LOG = 'GET /api/stores/audit/log';

test('actor, action, time and store narrow the log', async () => {
  const server = signedInServer().on(LOG, list([anEntry()]));
  const { user, router } = open('/activity?action=store.create');
  await screen.findByRole('link', { name: 'Blue Mug Shop' });
  expect(screen.getByRole('combobox', { name: 'What' })).toHaveValue('store.create');
  await user.type(screen.getByLabelText('Who'), 'admin');
  fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-03-01T10:00' } });
  await user.click(screen.getByRole('button', { name: 'Only Blue Mug Shop' }));
  const since = new Date('2026-03-01T10:00').toISOString();
  await waitFor(() => {
    expect(Object.fromEntries(server.to(LOG).at(-1)?.query ?? [])).toEqual({
      limit: '50',
      actor: 'admin',
      action: 'store.create',
      store: 'saaaaaaaaaa',
      since,
    });
  });
  expect(screen.getByText('Store: Blue Mug Shop')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Any store' }));
  server.on(LOG, list([]));
  await user.selectOptions(screen.getByRole('combobox', { name: 'What' }), ['store.delete']);
  expect(await screen.findByText('No entry fits these filters.')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Clear filters' }));
  await waitFor(() => {
    expect(router.state.location.search).toEqual({});
  });
});

test('an end that comes before the beginning is said at its field', async () => {
  signedInServer().on(LOG, list([]));
  open('/activity?since=2026-03-02T10:00:00Z&until=2026-03-01T10:00:00Z');
  const until = await screen.findByLabelText('Before');
  expect(until).toHaveAccessibleDescription('This is not after “From”.');
  fireEvent.change(until, { target: { value: '2026-03-03T10:00' } });
  await waitFor(() => {
    expect(screen.getByLabelText('Before')).toBeValid();
  });
});

test('an export reads every page and saves it', async () => {
  const saved: Blob[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  URL.createObjectURL = (file) => `blob:${saved.push(file as Blob)}`;
  URL.revokeObjectURL = () => undefined;
  const server = signedInServer().on(LOG, ({ query }) =>
    query.get('cursor') === 'c1'
      ? ok({ items: [anEntry({ id: 1 })], nextCursor: null, total: 2 })
      : ok({ items: [anEntry({ id: 2 })], nextCursor: 'c1', total: 2 }),
  );
  const { user } = open('/activity?actor=admin');
  await user.click(await screen.findByRole('button', { name: 'Export' }));
  await user.click(await screen.findByRole('menuitem', { name: 'JSON lines, for programs' }));
  await waitFor(() => {
    expect(saved).toHaveLength(1);
  });
  expect(saved[0]?.type).toBe('application/x-ndjson');
  const read = server.to(LOG).filter(({ query }) => query.get('limit') === '200');
  expect(read.map(({ query }) => query.get('actor'))).toEqual(['admin', 'admin']);
});

test('CSV quotes what needs it and defuses formulas; JSON lines are one object a line', () => {
  const entries = [
    anEntry({ storeName: '=HYPERLINK("x")', detail: 'name, "slug"\nand more' }),
    anEntry({ id: 2, source: null, detail: '-1' }),
  ];
  expect(toCsv(entries)).toBe(
    [
      'id,at,actor,source,action,storeId,storeName,result,detail',
      `1,2026-03-01T12:00:00Z,admin,dashboard 127.0.0.1,store.create,saaaaaaaaaa,"'=HYPERLINK(""x"")",accepted,"name, ""slug""\nand more"`,
      `2,2026-03-01T12:00:00Z,admin,,store.create,saaaaaaaaaa,Blue Mug Shop,accepted,'-1`,
      '',
    ].join('\r\n'),
  );
  const lines = toJsonLines(entries).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(entries);
});
