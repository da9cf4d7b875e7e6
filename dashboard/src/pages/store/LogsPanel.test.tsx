// Logs: nothing is asked before the click; lines come as they are written; search, containers, saving.
import { act, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { aStore } from '../../test/samples';
import { list, ok, plain, refused } from '../../test/server';

const LOGS = 'GET /api/stores/saaaaaaaaaa/logs';

function server() {
  return signedInServer()
    .on('GET /api/stores/saaaaaaaaaa', ok(aStore()))
    .on('GET /api/stores/saaaaaaaaaa/events', list([]));
}

test('the log is followed, searched, saved, and read of each container', async () => {
  let pipe: ReadableStreamDefaultController<Uint8Array> | undefined;
  const text = new ReadableStream<Uint8Array>({
    start: (controller) => {
      pipe = controller;
    },
  });
  const write = (piece: string) => {
    act(() => {
      pipe?.enqueue(new TextEncoder().encode(piece));
    });
  };
  const fake = server().on(LOGS, plain(text));
  const { user } = open('/stores/saaaaaaaaaa');
  const show = await screen.findByRole('button', { name: 'Show logs' });
  expect(fake.to(LOGS)).toHaveLength(0);
  await user.click(show);
  write('one\ntwo, half');
  const lines = await screen.findByRole('log', { name: 'Log of PHP' });
  await waitFor(() => {
    expect(lines).toHaveTextContent('one');
  });
  write(' and whole\nthree\n');
  expect(await screen.findByText('3 lines')).toBeVisible();
  expect(Object.fromEntries(fake.to(LOGS)[0]?.query ?? [])).toEqual({
    container: 'php',
    tail: '200',
    follow: 'true',
  });

  await user.type(screen.getByRole('searchbox', { name: 'Search in the log' }), 'WHOLE');
  expect(screen.getByText('1 of 3 lines')).toBeVisible();
  expect(lines.textContent).toBe('two, half and whole');

  fake.on(LOGS, plain('ready for connections\n'));
  await user.clear(screen.getByRole('searchbox', { name: 'Search in the log' }));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Container' }), ['mariadb']);
  expect(await screen.findByText('ready for connections')).toBeVisible();
  expect(await screen.findByRole('button', { name: 'Follow again' })).toBeVisible();
  const save = screen.getByRole('link', { name: 'Download' });
  expect(save).toHaveAttribute('download', 'blue-mug-shop-mariadb.log');
  expect(save).toHaveAttribute('href', '/api/stores/saaaaaaaaaa/logs?container=mariadb&tail=10000');
});

test('a container that is not there yet is said, with a way to try again', async () => {
  const fake = server().on(LOGS, refused(409, 'The container is not there yet.'));
  const { user } = open('/stores/saaaaaaaaaa');
  await user.click(await screen.findByRole('button', { name: 'Show logs' }));
  expect(await screen.findByText('The container is not there yet.')).toBeVisible();
  fake.on(LOGS, plain('now it is\n'));
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('now it is')).toBeVisible();
});
