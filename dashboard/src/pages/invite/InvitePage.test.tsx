// The one-time link: taken out of the address, used once, and said when it is over.
import { screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { open } from '../../test/open';
import { aUser } from '../../test/people';
import { FakeServer, ok, refused } from '../../test/server';

const GOOD = 'quite unlike anything 7';

afterEach(() => {
  window.history.replaceState(null, '', '/');
});

function follow(hash: string) {
  window.history.replaceState(null, '', `/invite${hash}`);
  return open('/invite');
}

test('a password is chosen, and the secret leaves the address', async () => {
  const server = new FakeServer().on('POST /api/invite', ({ body }) =>
    (body as { password: string }).password === GOOD
      ? ok(aUser())
      : refused(422, 'Refused', [{ field: 'password', message: 'is too easy to guess' }]),
  );
  const { user } = follow('#souk_inv_secret');
  const field = await screen.findByLabelText('Password');
  await waitFor(() => {
    expect(window.location.hash).toBe('');
  });
  await user.type(field, 'short');
  await user.click(screen.getByRole('button', { name: 'Set password' }));
  expect(screen.getByText('The password does not follow the rules below.')).toBeVisible();
  expect(server.to('POST /api/invite')).toHaveLength(0);
  await user.clear(field);
  await user.type(field, 'passwordpassword');
  await user.click(screen.getByRole('button', { name: 'Set password' }));
  expect(await screen.findByText('The password is too easy to guess.')).toBeVisible();
  await user.clear(field);
  await user.type(field, GOOD);
  await user.click(screen.getByRole('button', { name: 'Set password' }));
  expect(await screen.findByText('The password is set. Sign in as ben.')).toBeVisible();
  const sent = server.to('POST /api/invite').at(-1)?.body;
  expect(sent).toEqual({ token: 'souk_inv_secret', password: GOOD });
  expect(screen.getByRole('link', { name: 'Sign in' })).toHaveAttribute('href', '/sign-in');
});

test('a link that was used says so', async () => {
  new FakeServer().on('POST /api/invite', refused(410, 'It was used.'));
  const { user } = follow('#souk_inv_used');
  await user.type(await screen.findByLabelText('Password'), GOOD);
  await user.click(screen.getByRole('button', { name: 'Set password' }));
  expect(await screen.findByText(/This link was used before/)).toBeVisible();
  expect(screen.queryByLabelText('Password')).toBeNull();
});

test('a link without its secret asks for the whole one', async () => {
  new FakeServer();
  follow('');
  expect(await screen.findByText(/This link is not whole/)).toBeVisible();
});
