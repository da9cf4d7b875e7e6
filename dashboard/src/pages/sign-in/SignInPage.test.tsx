// Signing in and out: the wrong token, the way back, and a session that ends in the middle.
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { readBack } from '../../router';
import { open, signedInServer } from '../../test/open';
import { aStore } from '../../test/samples';
import { list, nothing, ok, refused } from '../../test/server';

const signedOut = refused(401, 'Sign in first.');

test('leads to sign-in and, after the right token, back to where one wanted to go', async () => {
  let token: unknown;
  const server = signedInServer()
    .on('GET /api/session', () => (token === 'right' ? ok({ actor: 'admin' }) : signedOut))
    .on('POST /api/session', ({ body }) => {
      token = (body as { token: string }).token;
      return token === 'right' ? nothing() : refused(401, 'The token is wrong.');
    })
    .on('GET /api/stores/saaaaaaaaaa', ok(aStore()))
    .on('GET /api/stores/saaaaaaaaaa/events', list([]));
  const { user, router } = open('/stores/saaaaaaaaaa');

  await user.click(await screen.findByRole('button', { name: 'Use the admin token' }));
  const field = screen.getByLabelText('Admin token');
  expect(server.to('GET /api/stores/saaaaaaaaaa')).toHaveLength(0);

  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(screen.getByText('Paste the admin token.')).toBeVisible();
  expect(server.to('POST /api/session')).toHaveLength(0);

  await user.type(field, 'wrong');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByText(/This token is not right/)).toBeVisible();
  expect(field).toBeInvalid();

  await user.clear(field);
  await user.type(field, '  right ');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Blue Mug Shop' })).toBeVisible();
  expect(router.state.location.pathname).toBe('/stores/saaaaaaaaaa');
});

test('signs in with name and password, and remembers which way it was', async () => {
  let over = true;
  const server = signedInServer()
    .on('GET /api/session', () => (over ? signedOut : ok({ actor: 'ben' })))
    .on('POST /api/session', ({ body }) => {
      over = (body as { password: string }).password !== 'right';
      return over ? refused(401, 'The password is wrong.') : nothing();
    });
  const { user } = open('/stores');
  await user.click(await screen.findByRole('button', { name: 'Sign in' }));
  expect(screen.getByText('Type the name of your account.')).toBeVisible();
  expect(screen.getByText('Type your password.')).toBeVisible();
  expect(server.to('POST /api/session')).toHaveLength(0);

  await user.type(screen.getByLabelText('Name'), ' ben ');
  await user.type(screen.getByLabelText('Password'), 'wrong');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByText(/Name or password is not right/)).toBeVisible();
  await user.clear(screen.getByLabelText('Password'));
  await user.type(screen.getByLabelText('Password'), 'right');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Stores' })).toBeVisible();
  expect(server.to('POST /api/session').at(-1)?.body).toEqual({ name: 'ben', password: 'right' });
  for (const value of Object.values(window.localStorage)) expect(value).not.toContain('right');
});

test('a 401 from any call ends the session and keeps the way back', async () => {
  let over = false;
  signedInServer()
    .on('GET /api/session', () => (over ? signedOut : ok({ actor: 'admin' })))
    .on('GET /api/stores', list([aStore()]))
    .on('GET /api/stores/saaaaaaaaaa', () => signedOut);
  const { user, router } = open('/stores');
  const link = await screen.findByRole('link', { name: 'Blue Mug Shop' });
  over = true;
  await user.click(link);
  expect(await screen.findByLabelText('Password')).toBeVisible();
  expect(screen.getByText(/Your session has ended/)).toBeVisible();
  expect(router.state.location.search).toEqual({ back: '/stores/saaaaaaaaaa' });
});

test('signing out forgets what was read', async () => {
  let over = false;
  signedInServer()
    .on('GET /api/session', () => (over ? signedOut : ok({ actor: 'admin' })))
    .on('DELETE /api/session', () => {
      over = true;
      return nothing();
    })
    .on('GET /api/stores', list([aStore()]));
  const { user, queryClient } = open('/stores');
  await screen.findByRole('link', { name: 'Blue Mug Shop' });
  await user.click(screen.getByRole('button', { name: 'Sign out' }));
  expect(await screen.findByLabelText('Password')).toBeVisible();
  await waitFor(() => {
    const left = queryClient.getQueryCache().getAll();
    expect(new Set(left.map(({ queryKey }) => queryKey[0]))).toEqual(new Set(['session']));
  });
});

test('goes back only to addresses of the dashboard', () => {
  expect(readBack('/stores/sx?phase=Ready')).toBe('/stores/sx?phase=Ready');
  for (const foreign of ['https://evil.test', '//evil.test', '/\\evil.test', '/sign-in', 7]) {
    expect(readBack(foreign)).toBeUndefined();
  }
});

test('offers the company’s sign-in and goes back to where one wanted to be', async () => {
  signedInServer()
    .on('GET /api/session', signedOut)
    .on(
      'GET /api/sign-in',
      ok({ singleSignOn: { name: 'Example Company', url: '/api/sign-in/oidc' } }),
    );
  open('/stores/saaaaaaaaaa?x=1');
  const link = await screen.findByRole('link', { name: 'Sign in with Example Company' });
  expect(link).toHaveAttribute('href', '/api/sign-in/oidc?back=%2Fstores%2Fsaaaaaaaaaa%3Fx%3D1');
});

test.each([
  ['no-group', /none of its groups may use Souk/],
  ['cancelled', /You cancelled/],
  ['something-new', /You were not signed in/],
])('says why single sign-on refused: %s', async (code, words) => {
  signedInServer().on('GET /api/session', signedOut);
  open(`/sign-in?refused=${code}`);
  expect(await screen.findByRole('alert')).toHaveTextContent(words);
  expect(screen.queryByRole('link', { name: /Sign in with/ })).toBeNull();
});
