// Nothing is missed: what happens between a cut and the next hello is read, and a message that
// overtakes an answer on its way is not undone by it.
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeEventSource } from '../test/events';
import { anEvent, aStore, later } from '../test/samples';
import { FakeServer, list, ok } from '../test/server';
import { LiveUpdates } from './live';
import { storeQuery, storesQuery, timelineQuery } from './stores';

const FILTER = { sort: '-createdAt' } as const;
const ID = 'saaaaaaaaaa';
let queryClient: QueryClient;
let live: LiveUpdates;
let stop: () => void;

beforeEach(() => {
  queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  live = new LiveUpdates(queryClient);
  stop = live.start();
});
afterEach(() => {
  stop();
  queryClient.clear();
});

const listed = () =>
  queryClient.getQueryData(storesQuery(FILTER).queryKey)?.pages.flatMap(({ items }) => items) ?? [];

/** A server whose next answer waits until it is let go. */
function slowServer(route: string, body: Parameters<FakeServer['on']>[1]) {
  const server = new FakeServer().on(route, body);
  return { server, letGo: server.hold(route) };
}

test('a change that overtakes the list is not undone by it', async () => {
  const { letGo } = slowServer('GET /api/stores', list([aStore({ phase: 'Pending' })]));
  const reading = queryClient.infiniteQuery(storesQuery(FILTER));
  FakeEventSource.send('store', aStore({ phase: 'Ready', revision: 2 }));
  FakeEventSource.send('store', aStore({ id: 'sbbbbbbbbbb', name: 'Second', createdAt: later(9) }));
  letGo();
  await reading;
  expect(listed().map(({ name, phase }) => `${name} ${phase}`)).toEqual([
    'Second Ready',
    'Blue Mug Shop Ready',
  ]);
});

test('a deletion that overtakes the list takes the store out of it', async () => {
  const { letGo } = slowServer('GET /api/stores', list([aStore()]));
  const reading = queryClient.infiniteQuery(storesQuery(FILTER));
  FakeEventSource.send('store', aStore({ phase: 'Deleted', revision: 3 }));
  letGo();
  await reading;
  expect(listed()).toEqual([]);
});

test('a change and a line that overtake their answers are kept', async () => {
  const { server, letGo } = slowServer(`GET /api/stores/${ID}`, ok(aStore({ phase: 'Pending' })));
  const letLinesGo = server
    .on(`GET /api/stores/${ID}/events`, list([anEvent({ id: 1 })]))
    .hold(`GET /api/stores/${ID}/events`);
  const reading = queryClient.query(storeQuery(ID));
  const readingLines = queryClient.infiniteQuery(timelineQuery(ID));
  FakeEventSource.send('store', aStore({ phase: 'Ready', revision: 2 }));
  FakeEventSource.send('timeline', anEvent({ id: 2, message: 'It is ready.' }));
  letGo();
  letLinesGo();
  await Promise.all([reading, readingLines]);
  expect(queryClient.getQueryData(storeQuery(ID).queryKey)?.phase).toBe('Ready');
  const lines = queryClient.getQueryData(timelineQuery(ID).queryKey)?.pages[0]?.items;
  expect(lines?.map(({ id }) => id)).toEqual([2, 1]);
});

test('an older message does not undo a newer answer', async () => {
  new FakeServer().on('GET /api/stores', list([aStore({ phase: 'Ready', revision: 7 })]));
  await queryClient.infiniteQuery(storesQuery(FILTER));
  FakeEventSource.send('store', aStore({ phase: 'Provisioning', revision: 6 }));
  expect(listed()[0]?.phase).toBe('Ready');
});

test('changes of phases are told once each, with the name', async () => {
  new FakeServer().on('GET /api/stores', list([aStore({ phase: 'Pending' })]));
  await queryClient.infiniteQuery(storesQuery(FILTER));
  FakeEventSource.send('store', aStore({ phase: 'Provisioning', revision: 2 }));
  FakeEventSource.send('store', aStore({ phase: 'Provisioning', revision: 3 }));
  FakeEventSource.send('store', aStore({ phase: 'Ready', revision: 4 }));
  expect(live.snapshot().news.map(({ name, phase }) => [name, phase])).toEqual([
    ['Blue Mug Shop', 'Provisioning'],
    ['Blue Mug Shop', 'Ready'],
  ]);
});
