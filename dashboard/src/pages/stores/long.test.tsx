// Two thousand stores: only rows in sight are drawn, more is read while one scrolls, and changes stay
// quick.
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { FakeEventSource } from '../../test/events';
import { open, signedInServer } from '../../test/open';
import { aStore, later } from '../../test/samples';
import { ok } from '../../test/server';

const COUNT = 2_000;
const stores = Array.from({ length: COUNT }, (_, index) => {
  const id = `s${String(index).padStart(10, 'a')}`;
  return aStore({ id, name: `Store ${index}`, slug: id, createdAt: later(COUNT - index) });
});

function server() {
  return signedInServer().on('GET /api/stores', ({ query }) => {
    const start = Number(query.get('cursor') ?? 0);
    const end = start + Number(query.get('limit'));
    const nextCursor = end < COUNT ? String(end) : null;
    return ok({ items: stores.slice(start, end), nextCursor, total: COUNT });
  });
}

function scrollTo(y: number) {
  Object.defineProperty(window, 'scrollY', { value: y, configurable: true });
  fireEvent.scroll(window);
}

test('a list of 2,000 stores draws what is in sight and reads on while one scrolls', async () => {
  const fake = server();
  open('/stores');
  expect(await screen.findByText('2000 stores')).toBeVisible();
  await screen.findByText('Store 0');
  const rows = () => document.querySelectorAll('tbody tr').length;
  expect(screen.getByLabelText('Stores')).toHaveAttribute('aria-rowcount', '2001');
  expect(rows()).toBeLessThan(60);
  expect(fake.to('GET /api/stores')).toHaveLength(1);

  for (let page = 2; page <= COUNT / 100; page += 1) {
    scrollTo((page - 1) * 100 * 46 - 800);
    await waitFor(() => {
      expect(fake.to('GET /api/stores')).toHaveLength(page);
    });
    await screen.findByText(`Store ${(page - 1) * 100 - 10}`);
  }
  scrollTo(COUNT * 46);
  const last = await screen.findByText('Store 1999');
  expect(last.closest('tr')).toHaveAttribute('aria-rowindex', '2001');
  expect(rows()).toBeLessThan(60);

  for (let revision = 2; revision < 52; revision += 1) {
    FakeEventSource.send('store', { ...stores[1999], phase: 'Degraded', revision });
  }
  expect(await screen.findByText('Degraded')).toBeVisible();
  scrollTo(0);
}, 300_000);
