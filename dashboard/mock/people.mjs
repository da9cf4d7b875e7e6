// Accounts, teams and tokens of the mock: made up, and forgotten when it ends.
const at = (days) => new Date(Date.now() - days * 86_400_000).toISOString();
const list = (items) => [200, { items, nextCursor: null, total: items.length }];
const user = (id, name, role, more = {}) => ({
  id,
  name,
  role,
  hasPassword: true,
  disabled: false,
  createdAt: at(40),
  signedInAt: at(1),
  ...more,
});
const token = (id, name, more = {}) => ({
  id,
  name,
  role: null,
  scope: 'read',
  createdBy: 'admin',
  createdAt: at(20),
  expiresAt: at(-70),
  usedAt: at(0.1),
  revokedAt: null,
  ...more,
});

const users = [
  user('u1', 'admin', 'admin'),
  user('u2', 'anna', 'operator'),
  user('u3', 'ben', 'none', { hasPassword: false, signedInAt: null }),
  user('u4', 'vera', 'viewer', { disabled: true, signedInAt: at(30) }),
];
const teams = [
  { id: 't1', name: 'agency', role: 'owner', createdAt: at(30) },
  { id: 't2', name: 'trainings', role: null, createdAt: at(10) },
];
const members = {
  t1: [
    { userId: 'u1', name: 'admin', role: 'owner' },
    { userId: 'u3', name: 'ben', role: 'member' },
  ],
  t2: [],
};
const own = [token('k1', 'laptop', { scope: 'write' }), token('k2', 'old', { expiresAt: at(3) })];
const machines = [token('k3', 'ci', { role: 'operator', scope: 'write', expiresAt: null })];
const link = (of) => ({
  user: of,
  url: 'http://souk.localhost/invite#souk_inv_made-up',
  expiresAt: at(-3),
});
const find = (id) => users.find((one) => one.id === id);

const NEEDS =
  'own.read own.account own.tokens platform.offer platform.read platform.sweep audit.read stores.list ' +
  'stores.create store.read store.logs store.change store.cancel store.credentials store.delete store.share ' +
  'teams.list team.read team.stores team.change teams.manage users.manage tokens.manage';

export const peopleRoutes = {
  'GET /api/me': () => [
    200,
    {
      actor: 'admin',
      userId: 'u1',
      role: 'admin',
      scope: 'admin',
      permissions: NEEDS.split(' '),
    },
  ],
  'GET /api/quota': () => [
    200,
    { stores: { used: 4, allowed: 10 }, createsPerHour: { used: 2, allowed: null } },
  ],
  'GET /api/sessions': () =>
    list([
      {
        id: 'b1',
        current: true,
        source: 'dashboard 192.0.2.1',
        createdAt: at(2),
        seenAt: at(0),
        expiresAt: at(-1),
      },
      {
        id: 'b2',
        current: false,
        source: 'dashboard 198.51.100.7',
        createdAt: at(5),
        seenAt: at(3),
        expiresAt: at(-1),
      },
    ]),
  'GET /api/users': () => list(users),
  'POST /api/users': (_url, _id, body) => {
    const made = user(`u${users.length + 1}`, body.name, body.role, {
      hasPassword: false,
      signedInAt: null,
    });
    users.push(made);
    return [201, link(made)];
  },
  'PATCH /api/users/:id': (_url, id, body) => [200, Object.assign(find(id), body)],
  'POST /api/users/:id/invite': (_url, id) => [201, link(find(id))],
  'POST /api/users/:id/reset': (_url, id) => [
    201,
    link(Object.assign(find(id), { hasPassword: false })),
  ],
  'GET /api/teams': () => list(teams),
  'GET /api/teams/:id/members': (_url, id) => list(members[id] ?? []),
  'GET /api/me/tokens': () => list(own),
  'GET /api/tokens': () => list(machines),
  'POST /api/me/sign-in-codes': () => [201, { code: 'souk_code_made-up', expiresAt: at(-0.003) }],
  'POST /api/me/tokens': (_url, _id, body) => {
    own.unshift(token(`k${Date.now()}`, body.name, { scope: body.scope, usedAt: null }));
    return [201, { token: own[0], secret: 'souk_pat_made-up' }];
  },
};
