// Accounts: making one with its link, changing one, and what is asked once more before.
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { ada, aUser, ben } from '../../test/people';
import { AT } from '../../test/samples';
import { list, nothing, ok, refused } from '../../test/server';

const own = aUser({ id: 'u1', name: 'ada', role: 'admin' });
const link = (user = aUser()) => ({
  user,
  url: 'http://souk.localhost/invite#souk_inv_secret',
  expiresAt: AT,
});

function server() {
  return signedInServer()
    .on('GET /api/me', ok(ada))
    .on('GET /api/users', list([own, aUser()]));
}

async function row(name: string) {
  const cell = await screen.findByText(name);
  return within(cell.closest('tr') as HTMLElement);
}

test('an account is made, and its link is shown once', async () => {
  const asked = server().on('POST /api/users', ({ body }) => {
    const { name } = body as { name: string };
    if (name === 'ben') {
      return refused(409, 'The name is taken', [{ field: 'name', message: 'is taken' }]);
    }
    return ok(link(aUser({ name })), 201);
  });
  const { user } = open('/people');
  await user.click(await screen.findByRole('button', { name: 'Add a person' }));
  await user.click(screen.getByRole('button', { name: 'Make the account' }));
  expect(screen.getByText('Give the account a name.')).toBeVisible();
  await user.type(screen.getByLabelText('Name'), 'ben');
  await user.selectOptions(screen.getByLabelText('Role'), 'Operator');
  await user.click(screen.getByRole('button', { name: 'Make the account' }));
  expect(await screen.findByText('The name is taken.')).toBeVisible();
  await user.type(screen.getByLabelText('Name'), '2');
  await user.click(screen.getByRole('button', { name: 'Make the account' }));
  const dialog = await screen.findByRole('dialog', { name: 'The link for ben2' });
  expect(within(dialog).getByText(/souk_inv_secret/)).toBeVisible();
  expect(asked.to('POST /api/users').at(-1)?.body).toEqual({ name: 'ben2', role: 'operator' });
  await user.click(within(dialog).getByRole('button', { name: 'Done' }));
  expect(screen.queryByText(/souk_inv_secret/)).toBeNull();
});

test('a role changes at once, and a refusal is said', async () => {
  const asked = server().on('PATCH /api/users/u2', ({ body }) =>
    (body as { role: string }).role === 'viewer'
      ? ok(aUser({ role: 'viewer' }))
      : refused(409, 'Nobody else who can sign in is an administrator.'),
  );
  const { user } = open('/people');
  const role = await screen.findByLabelText('Role of ben');
  await user.selectOptions(role, 'Viewer');
  expect(asked.to('PATCH /api/users/u2')[0]?.body).toEqual({ role: 'viewer' });
  await user.selectOptions(await screen.findByLabelText('Role of ben'), 'Operator');
  expect(await screen.findByText(/Nobody else who can sign in/)).toBeVisible();
});

test('resetting, disabling and deleting are asked once more', async () => {
  const asked = server()
    .on('POST /api/users/u2/reset', ok(link(), 201))
    .on('PATCH /api/users/u2', ok(aUser({ disabled: true })))
    .on('DELETE /api/users/u2', nothing());
  const { user } = open('/people');
  const choose = async (action: string) => {
    await user.click((await row('ben')).getByRole('button', { name: 'Actions for ben' }));
    await user.click(await screen.findByRole('menuitem', { name: action }));
    return within(await screen.findByRole('dialog'));
  };
  let dialog = await choose('Reset password');
  expect(asked.to('POST /api/users/u2/reset')).toHaveLength(0);
  await user.click(dialog.getByRole('button', { name: 'Reset password' }));
  expect(await screen.findByText(/souk_inv_secret/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Done' }));

  dialog = await choose('Disable');
  await user.click(dialog.getByRole('button', { name: 'Disable' }));
  await screen.findByLabelText('Role of ben');
  expect(asked.to('PATCH /api/users/u2')[0]?.body).toEqual({ disabled: true });

  dialog = await choose('Delete');
  await user.click(dialog.getByRole('button', { name: 'Delete account' }));
  expect(asked.to('DELETE /api/users/u2')).toHaveLength(1);
});

test('one’s own account is shown and offers nothing', async () => {
  server();
  open('/people');
  const mine = await row('ada');
  expect(mine.getByText(/you/)).toBeVisible();
  expect(mine.queryByRole('button')).toBeNull();
  expect(mine.queryByRole('combobox')).toBeNull();
});

test('who may not manage accounts is not led there', async () => {
  server().on('GET /api/me', ok(ben));
  open('/stores');
  expect(await screen.findByRole('link', { name: 'Teams' })).toBeVisible();
  expect(screen.queryByRole('link', { name: 'People' })).toBeNull();
});

test('who comes there by the address is told who may, and asks for nothing', async () => {
  const asked = server().on('GET /api/me', ok(ben));
  open('/people');
  expect(await screen.findByText(/Administrators alone see accounts/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Add a person' })).toBeNull();
  expect(asked.to('GET /api/users')).toHaveLength(0);
});
