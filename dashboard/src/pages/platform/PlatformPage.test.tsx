// The platform's page: what belongs to no store, with the command that shows it; charts in numbers too;
// dependencies, queue, capacity.
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { anOperation, aStore, metrics } from '../../test/samples';
import { list, ok } from '../../test/server';

test.each([
  { orphans: 0, told: 'Everything on the cluster belongs to a store', helps: false },
  { orphans: 2, told: '2 things on the cluster', helps: true },
  { orphans: null, told: 'Not looked for yet', helps: false },
])('with $orphans orphans it says: $told', async ({ orphans, told, helps }) => {
  signedInServer().on('GET /api/metrics', ok({ ...metrics, orphans }));
  open('/platform');
  expect(await screen.findByText(told)).toBeVisible();
  expect(screen.queryAllByText(/souk sweep/)).toHaveLength(helps ? 1 : 0);
});

test('births and times to ready are there as numbers too', async () => {
  signedInServer();
  open('/platform');
  const births = await screen.findByRole('table', { name: 'Stores asked for' });
  expect(within(births).getByRole('row', { name: /Mar 1 3|1 Mar 3/ })).toBeInTheDocument();
  const ready = screen.getByRole('table', { name: 'Time to ready' });
  expect(
    within(ready)
      .getAllByRole('row')
      .map(({ textContent }) => textContent),
  ).toEqual(['Time to readyStores', '0–8 s1', '8–10 s1', 'over 10 s1']);
});

test('each dependency, the queue and the room that is left are told', async () => {
  const waiting = (id: string, position: number) =>
    aStore({
      id,
      name: `Number ${position}`,
      phase: 'Pending',
      operation: anOperation({
        state: 'queued',
        queue: { position, ahead: position - 1, reason: 'PlacesTaken', message: 'Waiting.' },
      }),
    });
  signedInServer().on('GET /api/stores', list([waiting('sb', 2), waiting('sa', 1)]));
  open('/platform');
  const dependencies = await screen.findByRole('region', { name: 'Depends on' });
  expect(await within(dependencies).findByText('The cluster does not answer.')).toBeVisible();
  expect(within(dependencies).getAllByRole('listitem')[1]).toHaveTextContent('Not OK');
  const queue = screen.getByRole('region', { name: 'Queue' });
  const links = await within(queue).findAllByRole('link');
  expect(links.map(({ textContent }) => textContent)).toEqual(['Number 1', 'Number 2']);
  expect(await screen.findByText('1 of at most 50, room for 49 more stores')).toBeVisible();
});
