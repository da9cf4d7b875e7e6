// People, teams and tokens for tests; each test changes what it is about.
import type { Me, Need, Quota, Token, User } from '../api/model';
import { AT } from './samples';

const STORES: Need[] = [
  'store.read',
  'store.logs',
  'store.change',
  'store.cancel',
  'store.credentials',
  'store.delete',
  'store.share',
];
const EVERYBODY: Need[] = [
  'own.read',
  'own.account',
  'own.tokens',
  'platform.offer',
  'audit.read',
  'stores.list',
  'teams.list',
];

/** The admin token. */
export const me: Me = {
  actor: 'admin',
  userId: null,
  singleSignOn: false,
  role: 'admin',
  scope: 'admin',
  permissions: [
    ...EVERYBODY,
    ...STORES,
    'stores.create',
    'platform.read',
    'platform.sweep',
    'team.read',
    'team.stores',
    'team.change',
    'teams.manage',
    'users.manage',
    'tokens.manage',
  ],
};

export const ada: Me = { ...me, actor: 'ada', userId: 'u1' };

export const viewer: Me = {
  actor: 'vera',
  userId: 'u3',
  singleSignOn: false,
  role: 'viewer',
  scope: 'admin',
  permissions: [...EVERYBODY, 'platform.read', 'store.read', 'store.logs'],
};

/** Has only what belongs to them. */
export const ben: Me = {
  actor: 'ben',
  userId: 'u2',
  singleSignOn: false,
  role: 'none',
  scope: 'admin',
  permissions: [...EVERYBODY, 'stores.create'],
};

export const quota: Quota = {
  stores: { used: 3, allowed: 5 },
  createsPerHour: { used: 1, allowed: null },
};

export function aUser(more: Partial<User> = {}): User {
  return {
    id: 'u2',
    name: 'ben',
    role: 'none',
    hasPassword: true,
    singleSignOn: false,
    disabled: false,
    createdAt: AT,
    signedInAt: null,
    ...more,
  };
}

export function aToken(more: Partial<Token> = {}): Token {
  return {
    id: 'k1',
    name: 'deploy',
    role: null,
    scope: 'read',
    createdBy: 'ben',
    createdAt: AT,
    expiresAt: null,
    usedAt: null,
    revokedAt: null,
    ...more,
  };
}
