// Tokens: shown once, with their scope, end and last use, and revoked.
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { ada, aToken, ben, me } from '../../test/people';
import { AT } from '../../test/samples';
import { list, ok } from '../../test/server';

test('a token is made, shown once, and kept nowhere', async () => {
  const asked = signedInServer()
    .on('GET /api/me', ok(ben))
    .on('GET /api/me/tokens', list([]))
    .on('POST /api/me/tokens', ok({ token: aToken(), secret: 'souk_pat_secret' }, 201));
  const { user, queryClient } = open('/tokens');
  await user.click(await screen.findByRole('button', { name: 'Make a token' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Make the token' }));
  expect(dialog.getByText('Say what the token is for.')).toBeVisible();
  await user.type(dialog.getByLabelText('What is it for?'), 'deploy');
  await user.selectOptions(dialog.getByLabelText('Expires'), 'in a year');
  await user.click(dialog.getByRole('button', { name: 'Make the token' }));
  expect(await screen.findByText('souk_pat_secret')).toBeVisible();
  const body = { name: 'deploy', scope: 'read', expiresInDays: 365 };
  expect(asked.to('POST /api/me/tokens')[0]?.body).toEqual(body);
  await user.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText('souk_pat_secret')).toBeNull();
  const kept = JSON.stringify(
    queryClient
      .getQueryCache()
      .getAll()
      .map(({ state }) => state.data),
  );
  expect(kept).not.toContain('souk_pat_secret');
  expect(screen.queryByText('Machines')).toBeNull();
});

test('scope, end and last use are told; a revoked one is revoked', async () => {
  let revoked = false;
  const asked = signedInServer()
    .on('GET /api/me', ok(ada))
    .on('GET /api/me/tokens', () =>
      list([
        aToken({ scope: 'write', usedAt: AT, revokedAt: revoked ? AT : null }),
        aToken({ id: 'k2', name: 'old', expiresAt: AT }),
      ]),
    )
    .on('GET /api/tokens', list([aToken({ id: 'k3', name: 'ci', role: 'operator' })]))
    .on('DELETE /api/me/tokens/k1', () => {
      revoked = true;
      return ok(aToken({ revokedAt: AT }));
    });
  const { user } = open('/tokens');
  const own = within(await screen.findByRole('table', { name: 'Your tokens' }));
  expect(own.getByText('Write')).toBeVisible();
  expect(own.getByText('expired')).toBeVisible();
  expect(own.getByText(/ ago$/)).toBeVisible();
  const machines = within(await screen.findByRole('table', { name: 'Machines' }));
  expect(machines.getByText('Operator')).toBeVisible();
  await user.click(own.getByRole('button', { name: 'Revoke deploy' }));
  expect(asked.to('DELETE /api/me/tokens/k1')).toHaveLength(0);
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Revoke' }),
  );
  expect(await own.findByText('revoked')).toBeVisible();
  expect(own.queryByRole('button', { name: 'Revoke deploy' })).toBeNull();
});

test('the admin token has no tokens of its own, and makes those of machines', async () => {
  const asked = signedInServer()
    .on('GET /api/me', ok(me))
    .on('GET /api/tokens', list([]))
    .on('POST /api/tokens', ok({ token: aToken({ name: 'ci' }), secret: 'souk_mt_secret' }, 201));
  const { user } = open('/tokens');
  await user.click(await screen.findByRole('button', { name: 'Make a machine’s token' }));
  expect(screen.queryByRole('button', { name: 'Make a token' })).toBeNull();
  const dialog = within(await screen.findByRole('dialog'));
  await user.type(dialog.getByLabelText('What is it for?'), 'ci');
  await user.selectOptions(dialog.getByLabelText('Role'), 'Viewer');
  await user.selectOptions(dialog.getByLabelText('Expires'), 'never');
  await user.click(dialog.getByRole('button', { name: 'Make the token' }));
  expect(await screen.findByText('souk_mt_secret')).toBeVisible();
  expect(asked.to('POST /api/tokens')[0]?.body).toEqual({
    name: 'ci',
    role: 'viewer',
    scope: 'write',
  });
});
