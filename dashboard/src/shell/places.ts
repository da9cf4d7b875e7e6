// Where one can go: the navigation and the palette offer the same.
import {
  IconActivity,
  IconBuildingStore,
  IconKey,
  IconServer,
  IconUsers,
  IconUsersGroup,
} from '../components/icons';
import { texts } from '../texts';

/** `need` is what the page asks of the server; without it the place is not offered. */
export const PLACES = [
  { to: '/stores', label: texts.nav.stores, Icon: IconBuildingStore, need: null },
  { to: '/activity', label: texts.nav.activity, Icon: IconActivity, need: null },
  { to: '/platform', label: texts.nav.platform, Icon: IconServer, need: null },
  { to: '/people', label: texts.nav.people, Icon: IconUsers, need: 'users.manage' },
  { to: '/teams', label: texts.nav.teams, Icon: IconUsersGroup, need: 'teams.list' },
  { to: '/tokens', label: texts.nav.tokens, Icon: IconKey, need: 'own.tokens' },
] as const;
