// The question of `souk login`: what is told before it is answered, and where the answer goes.
import { screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { seriousTrouble } from '../../test/axe';
import { open, signedInServer } from '../../test/open';
import { ben, me } from '../../test/people';
import { nothing, ok, refused } from '../../test/server';
import { readAsked } from './asked';
import { leave } from './leave';

vi.mock('./leave', () => ({ leave: vi.fn() }));

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const STATE = 'a-state-that-is-long-enough';
const BY_HAND = `/cli?challenge=${CHALLENGE}&host=laptop`;
const BY_PORT = `${BY_HAND}&port=45678&state=${STATE}`;

const server = () =>
  signedInServer()
    .on('GET /api/session', ok({ actor: 'ben' }))
    .on('GET /api/me', ok(ben))
    .on(
      'POST /api/me/sign-in-codes',
      ok({ code: 'souk_code_secret', expiresAt: '2026-03-01T12:05:00Z' }, 201),
    );

beforeEach(() => {
  vi.mocked(leave).mockClear();
});

test('says what is asked, and leads back with a code when it is allowed', async () => {
  const asked = server();
  const { user, queryClient } = open(BY_PORT);
  const question = await screen.findByText(/Let the souk command line on/);
  expect(question).toHaveTextContent('Let the souk command line on laptop act as ben?');
  expect(screen.getByText(/revoke the token at any time/)).toBeVisible();
  expect(await seriousTrouble()).toEqual([]);
  expect(asked.to('POST /api/me/sign-in-codes')).toHaveLength(0);

  await user.selectOptions(screen.getByLabelText('The token expires'), 'in 30 days');
  await user.click(screen.getByRole('button', { name: 'Allow' }));
  expect(await screen.findByText(/The command line has your answer/)).toBeVisible();
  const body = { challenge: CHALLENGE, host: 'laptop', expiresInDays: 30 };
  expect(asked.to('POST /api/me/sign-in-codes').map((one) => one.body)).toEqual([body]);
  const back = `http://127.0.0.1:45678/done?code=souk_code_secret&state=${STATE}`;
  expect(vi.mocked(leave).mock.calls).toEqual([[back]]);
  expect(screen.getByRole('link', { name: /Go there by hand/ })).toHaveAttribute('href', back);
  const kept = queryClient.getQueryCache().getAll();
  expect(JSON.stringify(kept.map(({ state }) => state.data))).not.toContain('souk_code_secret');
});

test('a refusal makes no code, and is told to the command line', async () => {
  const asked = server();
  const { user } = open(BY_PORT);
  await user.click(await screen.findByRole('button', { name: 'Refuse' }));
  const back = `http://127.0.0.1:45678/done?error=access_denied&state=${STATE}`;
  expect(vi.mocked(leave).mock.calls).toEqual([[back]]);
  expect(asked.to('POST /api/me/sign-in-codes')).toHaveLength(0);
});

test('without a port the code is shown, to be copied', async () => {
  server();
  const { user } = open(BY_HAND);
  await user.click(await screen.findByRole('button', { name: 'Allow' }));
  expect(await screen.findByText('souk_code_secret')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Copy code' })).toBeVisible();
  expect(leave).not.toHaveBeenCalled();
});

test('without a port a refusal stays here', async () => {
  server();
  const { user } = open(BY_HAND);
  await user.click(await screen.findByRole('button', { name: 'Refuse' }));
  expect(await screen.findByText(/You refused it/)).toBeVisible();
  expect(leave).not.toHaveBeenCalled();
});

test('what the server refuses is told, and can be tried again', async () => {
  server().on('POST /api/me/sign-in-codes', refused(503, 'Souk cannot answer at the moment.'));
  const { user } = open(BY_PORT);
  await user.click(await screen.findByRole('button', { name: 'Allow' }));
  expect(await screen.findByText(/Souk cannot answer/)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Allow' })).toBeEnabled();
  expect(leave).not.toHaveBeenCalled();
});

test('asks for a sign-in first, and comes back with all that was asked', async () => {
  let over = true;
  server()
    .on('GET /api/session', () => (over ? refused(401, 'Sign in first.') : ok({ actor: 'ben' })))
    .on('GET /api/sign-in', ok({ singleSignOn: { name: 'Company', url: '/api/sign-in/oidc' } }))
    .on('POST /api/session', () => {
      over = false;
      return nothing();
    });
  const { user, router } = open(BY_PORT);
  expect(await screen.findByText(/allow the command line to act for you/)).toBeVisible();
  const company = await screen.findByRole('link', { name: 'Sign in with Company' });
  const query = new URLSearchParams((company.getAttribute('href') ?? '').split('?')[1]);
  expect(query.get('back')).toBe(BY_PORT);
  await user.type(screen.getByLabelText('Name'), 'ben');
  await user.type(screen.getByLabelText('Password'), 'right');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByRole('button', { name: 'Allow' })).toBeVisible();
  expect(router.state.location.href).toBe(BY_PORT);
});

test('the admin token is no account; another one signs in and is asked', async () => {
  let over = false;
  server()
    .on('GET /api/me', ok(me))
    .on('GET /api/session', () => (over ? refused(401, 'Sign in first.') : ok({ actor: 'admin' })))
    .on('DELETE /api/session', () => {
      over = true;
      return nothing();
    });
  const { user, router } = open(BY_PORT);
  expect(await screen.findByText(/souk login --token-prompt/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Allow' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Sign in with an account' }));
  await waitFor(() => {
    expect(router.state.location.search).toEqual({ back: BY_PORT });
  });
});

test('an address that is not whole, or leads elsewhere, asks nothing', async () => {
  server();
  open('/cli?port=45678');
  expect(await screen.findByText(/This address is not whole/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Allow' })).toBeNull();

  const good = { challenge: CHALLENGE, host: 'laptop', port: 45_678, state: STATE };
  expect(readAsked(good)).not.toBeNull();
  for (const change of [
    { port: 80 },
    { port: 65_536 },
    { port: 4567.8 },
    { port: '45678@evil.test' },
    { port: 'evil.test' },
    { state: 'short' },
    { state: `${STATE}&x` },
    { host: 'your bank' },
    { host: '-x' },
    { challenge: 'x' },
  ]) {
    expect(readAsked({ ...good, ...change }), JSON.stringify(change)).toBeNull();
  }
});
