// One account: its role, how it is, and what can be done with it. One's own is only shown: nobody
// takes from themselves what they would need to give it back.
import { NativeSelect, Table, Text } from '@mantine/core';
import type { Invite, Role, User } from '../../api/model';
import { useUpdateUser } from '../../api/people';
import { Ago } from '../../components/Ago';
import { Trouble } from '../../components/Trouble';
import { people } from '../../texts';
import table from '../stores/StoreTable.module.css';
import { ROLES } from './roles';
import { UserMenu } from './UserMenu';

interface UserRowProps {
  user: User;
  own: boolean;
  onLink: (link: Invite) => void;
}

function stateOf(user: User) {
  if (user.disabled) return people.states.disabled;
  if (user.singleSignOn) return people.states.singleSignOn;
  return user.hasPassword ? people.states.active : people.states.invited;
}

export function UserRow({ user, own, onLink }: UserRowProps) {
  const update = useUpdateUser(user.id);
  return (
    <Table.Tr>
      <Table.Td data-label={people.columns.name}>
        <Text fw={550} span>
          {user.name}
          {own && (
            <Text span c="dimmed" fw={400}>
              {' '}
              ({people.you})
            </Text>
          )}
        </Text>
      </Table.Td>
      <Table.Td data-label={people.columns.role}>
        {own ? (
          people.roles[user.role]
        ) : (
          <NativeSelect
            size="xs"
            aria-label={people.roleOf(user.name)}
            data={ROLES}
            value={update.isPending ? (update.variables.role ?? user.role) : user.role}
            disabled={update.isPending}
            onChange={(event) => {
              update.mutate({ role: event.currentTarget.value as Role });
            }}
          />
        )}
        {update.isError && <Trouble title={people.failed} error={update.error} />}
      </Table.Td>
      <Table.Td data-label={people.columns.state}>{stateOf(user)}</Table.Td>
      <Table.Td data-label={people.columns.signedIn} className={table.age ?? ''}>
        {user.signedInAt === null ? people.never : <Ago at={user.signedInAt} />}
      </Table.Td>
      <Table.Td>{!own && <UserMenu user={user} onLink={onLink} />}</Table.Td>
    </Table.Tr>
  );
}
