// What a store uses: now in words, over time in figures with tables, and honest where nothing is known.
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { seriousTrouble } from '../../test/axe';
import { open, signedInServer } from '../../test/open';
import { aStore, someUsage } from '../../test/samples';
import { list, ok } from '../../test/server';
import { withHoles } from './UsageCharts';

const PAGE = '/stores/saaaaaaaaaa';

function server(usage = someUsage()) {
  return signedInServer()
    .on(`GET /api${PAGE}`, ok(aStore()))
    .on(`GET /api${PAGE}/events`, list([]))
    .on(`GET /api${PAGE}/usage`, ok(usage));
}
const panel = () => screen.findByRole('region', { name: 'Resource use' });

test('what is used now is told in words, with its share of the plan', async () => {
  server();
  open(PAGE);
  const shown = await panel();
  expect(await within(shown).findByText('0.042 cores of 4 cores, 1 %')).toBeVisible();
  expect(within(shown).getByText('256 MiB of 1,024 MiB, 25 %')).toBeVisible();
});

test('both charts have their numbers in a table, and nothing keeps anybody out', async () => {
  server();
  open(PAGE);
  const shown = await panel();
  const processor = await within(shown).findByRole('table', { name: 'Processor' });
  const rows = within(processor)
    .getAllByRole('row')
    .map((row) => within(row).queryAllByRole('cell'));
  expect(rows.map((cells) => cells.map(({ textContent }) => textContent))).toEqual([
    [],
    ['0.03 cores', '1.25 cores'],
    ['0.012 cores', '0.042 cores'],
  ]);
  expect(within(shown).getByRole('table', { name: 'Memory' })).toBeInTheDocument();
  expect(within(shown).getByText('Processor, at most 1.25 cores (Last 6 hours)')).toBeVisible();
  expect(await seriousTrouble()).toEqual([]);
});

test('another window is asked for', async () => {
  const fake = server();
  const { user } = open(PAGE);
  await user.selectOptions(await screen.findByLabelText('How far back'), 'Last 48 hours');
  expect(await screen.findByLabelText('How far back')).toHaveValue('48h');
  const windows = fake.to(`GET /api${PAGE}/usage`).map(({ query }) => query.get('window'));
  expect(windows).toEqual(['6h', '48h']);
});

test.each([
  [someUsage({ now: null, points: [] }), /^No numbers yet: the first come within two minutes/],
  [
    someUsage({
      available: false,
      reason: 'NoMetricsServer',
      message: 'The cluster has no metrics server.',
      now: null,
      points: [],
    }),
    'The cluster has no metrics server.',
  ],
  [someUsage({ now: null }), 'The newest numbers are older than some minutes.'],
])('without numbers of now it says why', async (usage, told) => {
  server(usage);
  open(PAGE);
  expect(await within(await panel()).findByText(told)).toBeVisible();
});

test('a store that is being deleted shows no use', async () => {
  server().on(`GET /api${PAGE}`, ok(aStore({ phase: 'Deleting' })));
  open(PAGE);
  await screen.findByRole('heading', { level: 1, name: 'Blue Mug Shop' });
  expect(screen.queryByRole('region', { name: 'Resource use' })).not.toBeInTheDocument();
});

test('no line is drawn over what was not measured', () => {
  const at = (minutes: number) => ({ at: minutes * 60_000, mean: 1, most: 2 });
  const drawn = withHoles([at(0), at(5), at(15)], 300);
  expect(drawn.map(({ mean }) => mean)).toEqual([1, 1, null, 1]);
});
