// Teams: who may change one does, others look.
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { ada, ben } from '../../test/people';
import { AT } from '../../test/samples';
import { list, nothing, ok, refused } from '../../test/server';

const team = (role: string | null) => ({ id: 't1', name: 'agency', role, createdAt: AT });
const members = list([
  { userId: 'u2', name: 'ben', role: 'owner' },
  { userId: 'u4', name: 'mia', role: 'member' },
]);

function server(role: string | null) {
  return signedInServer()
    .on('GET /api/me', ok(role === null ? ada : ben))
    .on('GET /api/teams', list([team(role)]))
    .on('GET /api/teams/t1/members', members);
}

test('an owner adds, raises and removes members', async () => {
  const asked = server('owner')
    .on('PUT /api/teams/t1/members/cleo', ok({ userId: 'u5', name: 'cleo', role: 'member' }))
    .on('PUT /api/teams/t1/members/nobody', refused(404, 'There is no such user.'))
    .on('PUT /api/teams/t1/members/mia', ok({ userId: 'u4', name: 'mia', role: 'owner' }))
    .on('DELETE /api/teams/t1/members/mia', nothing());
  const { user } = open('/teams');
  const panel = within(await screen.findByRole('region', { name: 'agency' }));
  const field = await panel.findByLabelText('Name of an account, to add to agency');
  await user.type(field, 'nobody');
  await user.click(panel.getByRole('button', { name: 'Add' }));
  expect(await panel.findByText('There is no account nobody.')).toBeVisible();
  expect(field).toHaveAccessibleDescription('There is no account nobody.');
  await user.clear(field);
  await user.type(field, 'cleo{Enter}');
  expect(asked.to('PUT /api/teams/t1/members/cleo')[0]?.body).toEqual({ role: 'member' });
  await user.selectOptions(await panel.findByLabelText('Role of mia'), 'Owner');
  expect(asked.to('PUT /api/teams/t1/members/mia')[0]?.body).toEqual({ role: 'owner' });
  await user.click(panel.getByRole('button', { name: 'Remove mia' }));
  expect(asked.to('DELETE /api/teams/t1/members/mia')).toHaveLength(1);
  expect(panel.queryByRole('button', { name: 'Delete the team agency' })).toBeNull();
});

test('a member looks, and sees how much the team may have', async () => {
  server('member').on('GET /api/quota', ({ query }) =>
    ok({
      stores: { used: query.get('team') === 'agency' ? 4 : 0, allowed: 5 },
      createsPerHour: { used: 0, allowed: null },
    }),
  );
  open('/teams');
  const panel = within(await screen.findByRole('region', { name: 'agency' }));
  expect(await panel.findByText('mia')).toBeVisible();
  expect(await panel.findByText('4 of 5')).toBeVisible();
  expect(panel.getByRole('progressbar', { name: 'Stores' })).toHaveAttribute('aria-valuenow', '80');
  expect(panel.queryByRole('button')).toBeNull();
  expect(panel.queryByRole('combobox')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Make a team' })).toBeNull();
});

test('an administrator makes and deletes teams', async () => {
  const asked = server(null)
    .on('POST /api/teams', ok(team(null), 201))
    .on('DELETE /api/teams/t1', refused(409, '2 stores still belong to it.'));
  const { user } = open('/teams');
  await user.click(await screen.findByRole('button', { name: 'Make a team' }));
  expect(screen.getByText('Give the team a name.')).toBeVisible();
  await user.type(screen.getByLabelText('Name of the team'), 'studio');
  await user.click(screen.getByRole('button', { name: 'Make a team' }));
  expect(asked.to('POST /api/teams')[0]?.body).toEqual({ name: 'studio' });
  await user.click(await screen.findByRole('button', { name: 'Delete the team agency' }));
  await user.click(await screen.findByRole('button', { name: 'Delete team' }));
  expect(await screen.findByText('2 stores still belong to it.')).toBeVisible();
});
