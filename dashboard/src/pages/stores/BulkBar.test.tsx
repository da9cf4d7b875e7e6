// Asking the same of many stores: each is asked by itself, refusals are named, deleting wants words.
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { anOperation, aStore } from '../../test/samples';
import { list, ok, refused } from '../../test/server';

const failed = aStore({
  id: 'sbbbbbbbbbb',
  name: 'Northwind',
  phase: 'Failed',
  repair: 'off',
  operation: anOperation({ id: 'op2', state: 'failed' }),
});

function server() {
  return signedInServer().on('GET /api/stores', list([aStore(), failed]));
}

test('retry and repairs are asked of those they fit', async () => {
  const fake = server()
    .on('POST /api/operations/op2:retry', ok(anOperation(), 202))
    .on('PATCH /api/stores/sbbbbbbbbbb', ok(aStore(), 202));
  const { user } = open('/stores');
  await user.click(await screen.findByRole('checkbox', { name: 'Select all that are shown' }));
  const bar = screen.getByRole('toolbar', { name: 'Selected stores' });
  expect(within(bar).getByText('2 selected')).toBeVisible();
  await user.click(within(bar).getByRole('button', { name: 'Retry 1' }));
  expect(await screen.findByText('Accepted for 1 store.')).toBeVisible();
  expect(fake.to('POST /api/operations/op2:retry')).toHaveLength(1);
  expect(screen.queryByRole('toolbar')).not.toBeInTheDocument();

  await user.click(screen.getByRole('checkbox', { name: 'Select Northwind' }));
  expect(screen.queryByRole('button', { name: /^Repairs off/ })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Repairs on for 1' }));
  await waitFor(() => {
    expect(fake.to('PATCH /api/stores/sbbbbbbbbbb')[0]?.body).toEqual({ repair: 'on' });
  });
});

test('many are deleted after typed words only, and what is refused is named', async () => {
  const fake = server()
    .on('DELETE /api/stores/saaaaaaaaaa', ok(aStore({ phase: 'Deleting', revision: 2 }), 202))
    .on('DELETE /api/stores/sbbbbbbbbbb', refused(409, 'It is being deleted already.'));
  const { user } = open('/stores');
  await user.click(await screen.findByRole('checkbox', { name: 'Select all that are shown' }));
  await user.click(screen.getByRole('button', { name: 'Delete 2' }));
  const dialog = await screen.findByRole('dialog', { name: 'Delete 2 stores?' });
  const names = within(dialog).getByRole('list', { name: 'Stores to delete' });
  expect(names).toHaveTextContent('Blue Mug ShopNorthwind');
  const submit = within(dialog).getByRole('button', { name: 'Delete forever' });
  await user.type(within(dialog).getByRole('textbox'), 'delete 1 store');
  expect(submit).toBeDisabled();
  expect(within(dialog).getByText('These are not the words.')).toBeVisible();
  await user.clear(within(dialog).getByRole('textbox'));
  await user.type(within(dialog).getByRole('textbox'), 'delete 2 stores');
  await user.click(submit);
  const told = await screen.findByRole('alert');
  expect(told).toHaveTextContent('Refused for 1 of 2 stores');
  expect(told).toHaveTextContent('Northwind: It is being deleted already.');
  expect(fake.to('DELETE /api/stores/saaaaaaaaaa')).toHaveLength(1);
});
