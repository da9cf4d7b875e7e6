// How one live message changes a loaded list: in place, in, out, or not at all.
import { expect, test } from 'vitest';
import { aStore, later } from '../test/samples';
import { storeIntoPages } from './apply';
import type { Store, StoreFilter } from './model';

const newest: StoreFilter = { sort: '-createdAt' };
const named = (id: string, seconds: number, more: Partial<Store> = {}) =>
  aStore({ id, name: id, slug: id, createdAt: later(seconds), updatedAt: later(seconds), ...more });
const loaded = (pages: Store[][], total: number, open = false) => ({
  pageParams: pages.map((_, index) => (index === 0 ? '' : `c${index}`)),
  pages: pages.map((items, index) => ({
    items,
    total,
    nextCursor: index < pages.length - 1 || open ? `c${index + 1}` : null,
  })),
});
const ids = (data: { pages: { items: Store[] }[] }) =>
  data.pages.map((page) => page.items.map(({ id }) => id));

test('a shown store changes in place', () => {
  const before = loaded([[named('b', 2), named('a', 1)]], 2);
  const next = named('a', 1, { phase: 'Degraded', revision: 2 });
  const after = storeIntoPages(before, next, newest);
  expect(after.pages[0]?.items[1]).toBe(next);
  expect(after.pages[0]?.total).toBe(2);
});

test('an older message changes nothing', () => {
  const before = loaded([[named('a', 1, { revision: 5 })]], 1);
  expect(storeIntoPages(before, named('a', 1, { revision: 4 }), newest)).toBe(before);
});

test('a new store enters where the order puts it, and is counted', () => {
  const before = loaded([[named('c', 3)], [named('a', 1)]], 2);
  const after = storeIntoPages(before, named('b', 2), newest);
  expect(ids(after)).toEqual([['c'], ['b', 'a']]);
  expect(after.pages.map(({ total }) => total)).toEqual([3, 3]);
});

test('a store beyond the loaded part stays beyond it', () => {
  const before = loaded([[named('c', 3), named('b', 2)]], 9, true);
  expect(storeIntoPages(before, named('a', 1), newest)).toBe(before);
});

test('a store that no longer fits leaves, and is no longer counted', () => {
  const ready: StoreFilter = { ...newest, phase: 'Ready' };
  const before = loaded([[named('b', 2), named('a', 1)]], 2);
  const after = storeIntoPages(before, named('b', 2, { phase: 'Failed', revision: 2 }), ready);
  expect(ids(after)).toEqual([['a']]);
  expect(after.pages[0]?.total).toBe(1);

  const gone = storeIntoPages(before, named('a', 1, { phase: 'Deleted', revision: 2 }), newest);
  expect(ids(gone)).toEqual([['b']]);
});

test('a renamed store moves when the order is by name', () => {
  const byName: StoreFilter = { sort: 'name' };
  const before = loaded([[named('a', 1), named('b', 2), named('c', 3)]], 3);
  const after = storeIntoPages(before, named('a', 1, { name: 'Zebra', revision: 2 }), byName);
  expect(ids(after)).toEqual([['b', 'c', 'a']]);
});

test('a search keeps out what does not match', () => {
  const searched: StoreFilter = { ...newest, search: 'MUG' };
  const before = loaded([[]], 0);
  expect(storeIntoPages(before, named('x', 1), searched)).toBe(before);
  const mug = storeIntoPages(before, named('y', 1, { name: 'Blue Mug' }), searched);
  expect(ids(mug)).toEqual([['y']]);
});
