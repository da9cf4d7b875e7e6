// One's own account: password, browsers, how much is left.
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { ben, me } from '../../test/people';
import { AT } from '../../test/samples';
import { list, nothing, ok, refused } from '../../test/server';

const browser = (id: string, current: boolean, source: string) => ({
  id,
  current,
  source: `dashboard ${source}`,
  createdAt: AT,
  seenAt: AT,
  expiresAt: AT,
});

function server() {
  return signedInServer()
    .on('GET /api/me', ok(ben))
    .on(
      'GET /api/sessions',
      list([browser('b1', true, '192.0.2.1'), browser('b2', false, '198.51.100.7')]),
    );
}

test('a new password is checked here and by the server', async () => {
  const asked = server().on('POST /api/me/password', ({ body }) =>
    (body as { current: string }).current === 'the old one'
      ? nothing()
      : refused(422, 'Refused', [
          { field: 'current', message: 'is not the password of this account' },
        ]),
  );
  const { user } = open('/account');
  const current = await screen.findByLabelText('Password so far');
  const submit = screen.getByRole('button', { name: 'Change password' });
  await user.type(screen.getByLabelText('New password'), 'short');
  await user.click(submit);
  expect(screen.getByText('The password does not follow the rules below.')).toBeVisible();
  expect(screen.getByLabelText('New password')).toBeInvalid();
  expect(asked.to('POST /api/me/password')).toHaveLength(0);
  await user.type(current, 'wrong');
  await user.type(screen.getByLabelText('New password'), ' but longer now');
  await user.click(submit);
  expect(await screen.findByText('This is not the password of this account.')).toBeVisible();
  await user.clear(current);
  await user.type(current, 'the old one');
  await user.click(submit);
  expect(await screen.findByText(/The password is changed/)).toBeVisible();
  expect(current).toHaveValue('');
});

test('another browser is signed out, and all of them', async () => {
  let over = false;
  const asked = server()
    .on('GET /api/session', () => (over ? refused(401, 'Sign in.') : ok({ actor: 'ben' })))
    .on('DELETE /api/sessions/b2', nothing())
    .on('DELETE /api/sessions', () => {
      over = true;
      return nothing();
    });
  const { user } = open('/account');
  const browsers = within(await screen.findByRole('list', { name: 'Signed in' }));
  expect(await browsers.findByText(/192\.0\.2\.1 \(this browser\)/)).toBeVisible();
  expect(browsers.getAllByRole('button')).toHaveLength(1);
  await user.click(browsers.getByRole('button', { name: 'Sign out 198.51.100.7' }));
  await waitFor(() => {
    expect(asked.to('DELETE /api/sessions/b2')).toHaveLength(1);
  });
  await user.click(screen.getByRole('button', { name: 'Sign out everywhere' }));
  expect(await screen.findByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('how much is left is told in numbers and a bar', async () => {
  server();
  open('/account');
  expect(await screen.findByText('3 of 5')).toBeVisible();
  expect(screen.getByText('1, no limit')).toBeVisible();
  expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '60');
});

test('the admin token has no password to change', async () => {
  server().on('GET /api/me', ok(me));
  open('/account');
  expect(await screen.findByText(/nobody’s account/)).toBeVisible();
  expect(screen.queryByLabelText('New password')).toBeNull();
});
