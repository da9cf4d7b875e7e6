// The form for a new store: what is sent, what the server refuses, and that a lost answer never
// makes two stores.
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { open, signedInServer } from '../../test/open';
import { aStore } from '../../test/samples';
import { list, ok, refused } from '../../test/server';
import { passwordRules } from '../../components/password';

function server() {
  return signedInServer()
    .on('GET /api/slugs', ({ query }) => {
      const slug = (query.get('name') ?? '').toLowerCase().replaceAll(' ', '-');
      return ok({ slug, url: `http://${slug}.localhost`, available: true, reason: null });
    })
    .on(
      'GET /api/slugs/www',
      ok({ slug: 'www', url: '', available: false, reason: 'is reserved; choose another' }),
    )
    .on('GET /api/stores/saaaaaaaaaa', ok(aStore({ phase: 'Pending', message: 'Waiting.' })))
    .on('GET /api/stores/saaaaaaaaaa/events', list([]));
}

const submit = () =>
  within(screen.getByRole('dialog')).getByRole('button', { name: 'Create store' });

test('shows the address as one types, sends only what was filled in, and opens the store', async () => {
  const fake = server().on('POST /api/stores', ok(aStore({ phase: 'Pending' }), 202));
  const { user, router } = open('/stores?create=true');
  await user.type(await screen.findByLabelText('Name'), 'Blue Mug');
  expect(await screen.findByText('http://blue-mug.localhost is free')).toBeVisible();
  expect(screen.getByLabelText('Address')).toHaveValue('blue-mug');
  await user.click(submit());
  await waitFor(() => {
    expect(router.state.location.pathname).toBe('/stores/saaaaaaaaaa');
  });
  const [asked] = fake.to('POST /api/stores');
  expect(asked?.body).toEqual({ name: 'Blue Mug' });
  expect(asked?.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/);
});

test('an edited address is checked by itself and sent; the password may be chosen exactly', async () => {
  const fake = server().on('POST /api/stores', ok(aStore(), 202));
  const { user } = open('/stores?create=true');
  await user.type(await screen.findByLabelText('Name'), 'Blue Mug');
  await screen.findByText('http://blue-mug.localhost is free');
  const address = screen.getByLabelText('Address');
  await user.clear(address);
  await user.type(address, 'WWW');
  expect(await screen.findByText('The address is reserved; choose another.')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Derive it from the name' }));
  await waitFor(() => {
    expect(address).toHaveValue('blue-mug');
  });
  await user.type(address, '-two');

  await user.click(screen.getByText('Choose one'));
  const password = screen.getByLabelText('Password', { selector: 'input' });
  await user.type(password, 'short');
  await user.click(submit());
  expect(await screen.findByText('The password does not follow the rules below.')).toBeVisible();
  expect(fake.to('POST /api/stores')).toHaveLength(0);
  await user.clear(password);
  const exact = 'a,"$\\ \'b;c&d e';
  await user.click(password);
  await user.paste(exact);
  await user.click(submit());
  await waitFor(() => {
    expect(fake.to('POST /api/stores')).toHaveLength(1);
  });
  expect(fake.to('POST /api/stores')[0]?.body).toEqual({
    name: 'Blue Mug',
    slug: 'blue-mug-two',
    admin: { password: exact },
  });
});

test('what the server refuses stands at its field, and the first of them has the focus', async () => {
  server().on(
    'POST /api/stores',
    refused(422, 'The store cannot be created like this.', [
      { field: 'slug', message: 'is taken by another store' },
      { field: 'admin.email', message: 'must be an e-mail address such as owner@example.com' },
    ]),
  );
  const { user } = open('/stores?create=true');
  await user.type(await screen.findByLabelText('Name'), 'Blue Mug');
  await user.click(submit());
  expect(await screen.findByText('The address is taken by another store.')).toBeVisible();
  expect(screen.getByLabelText('Email')).toBeInvalid();
  expect(
    screen.getByText('The email must be an e-mail address such as owner@example.com.'),
  ).toBeVisible();
  await waitFor(() => {
    expect(screen.getByLabelText('Address')).toHaveFocus();
  });
  expect(screen.queryByText('The store was not created')).not.toBeInTheDocument();
});

test('a refusal without a field is shown whole', async () => {
  server().on('POST /api/stores', refused(409, 'The platform has as many stores as it may.'));
  const { user } = open('/stores?create=true');
  await user.type(await screen.findByLabelText('Name'), 'Blue Mug');
  await user.click(submit());
  expect(await screen.findByText('The platform has as many stores as it may.')).toBeVisible();
});

test('sending again after a lost answer uses the same key, a new opening another', async () => {
  const fake = server().on('POST /api/stores', 'unreachable');
  const { user, router } = open('/stores?create=true');
  const send = () => user.click(submit());
  await user.type(await screen.findByLabelText('Name'), 'Blue Mug');
  await send();
  expect(await screen.findByText(/The answer got lost on the way/)).toBeVisible();
  await send();
  await waitFor(() => {
    expect(fake.to('POST /api/stores')).toHaveLength(2);
  });
  await user.click(screen.getAllByRole('button', { name: 'Cancel' })[0] as HTMLElement);
  await router.navigate({ to: '/stores', search: { create: true } });
  await user.type(await screen.findByLabelText('Name'), 'Blue Mug');
  await send();
  await waitFor(() => {
    expect(fake.to('POST /api/stores')).toHaveLength(3);
  });
  const keys = fake.to('POST /api/stores').map(({ headers }) => headers.get('idempotency-key'));
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
});

test('an empty name is refused here, without asking', async () => {
  const fake = server();
  const { user } = open('/stores?create=true');
  await user.type(await screen.findByLabelText('Name'), '   ');
  await user.click(submit());
  expect(await screen.findByText('Give the store a name.')).toBeVisible();
  expect(fake.to('POST /api/stores')).toHaveLength(0);
});

test.each([
  ['short', [false, true]],
  ['correct horse battery', [true, true]],
  [' correct horse battery', [true, false]],
  ['line\nbreak in the middle', [true, false]],
  ['é'.repeat(128), [true, true]],
  ['é'.repeat(129), [false, true]],
])('rules for %j', (password, met) => {
  expect(passwordRules(password).map((rule) => rule.met)).toEqual(met);
});
