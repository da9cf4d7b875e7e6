// What belongs to no store is told on the platform's page, with the command that shows it.
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { metrics } from '../../test/samples';
import { ok } from '../../test/server';

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
