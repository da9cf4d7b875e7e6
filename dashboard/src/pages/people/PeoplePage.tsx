// Accounts: who there is, what they may, and the links by which they choose their passwords.
import { Button, Skeleton, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { meQuery, useMay } from '../../api/may';
import type { Invite } from '../../api/model';
import { usersQuery } from '../../api/people';
import { IconPlus } from '../../components/icons';
import { Page } from '../../components/Page';
import { Secret } from '../../components/Secret';
import stacked from '../../components/Stacked.module.css';
import { Trouble } from '../../components/Trouble';
import { people, texts } from '../../texts';
import table from '../stores/StoreTable.module.css';
import { CreateUserDialog } from './CreateUserDialog';
import { UserRow } from './UserRow';

export function PeoplePage() {
  const may = useMay();
  const { data: me, error, refetch } = useQuery(meQuery);
  const users = useInfiniteQuery({ ...usersQuery, enabled: may('users.manage') });
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<Invite | null>(null);
  const rows = users.data?.pages.flatMap((page) => page.items) ?? [];
  const total = users.data?.pages[0]?.total ?? 0;
  if (me !== undefined && !may('users.manage')) {
    // By an address that somebody was given: the navigation offers the page to nobody else.
    return (
      <Page title={people.title}>
        <Text c="dimmed">{people.notYours}</Text>
      </Page>
    );
  }
  return (
    <Page
      title={people.title}
      lead={users.isSuccess ? people.total(total) : undefined}
      actions={
        me !== undefined && (
          <Button
            leftSection={<IconPlus size={16} />}
            onClick={() => {
              setAdding(true);
            }}
          >
            {people.add}
          </Button>
        )
      }
    >
      {me === undefined && error !== null && (
        <Trouble error={error} onRetry={() => void refetch()} />
      )}
      {users.isError && <Trouble error={users.error} onRetry={() => void users.refetch()} />}
      {users.isPending && error === null && <Skeleton height={240} radius="lg" />}
      {users.isSuccess && rows.length === 0 && <Text c="dimmed">{people.none}</Text>}
      {rows.length > 0 && (
        <div className={table.frame}>
          <Table
            aria-label={people.title}
            className={`${table.table ?? ''} ${stacked.stacked ?? ''}`}
          >
            <Table.Thead>
              <Table.Tr>
                {Object.values(people.columns).map((label) => (
                  <Table.Th key={label}>{label}</Table.Th>
                ))}
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((user) => (
                <UserRow key={user.id} user={user} own={user.id === me?.userId} onLink={setLink} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {users.hasNextPage && (
        <Button
          mt="md"
          variant="default"
          loading={users.isFetchingNextPage}
          onClick={() => void users.fetchNextPage()}
        >
          {texts.more}
        </Button>
      )}
      {adding && (
        <CreateUserDialog
          onMade={setLink}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
      {link !== null && (
        <Secret
          title={people.link.title(link.user.name)}
          text={people.link.text}
          label={people.link.label}
          what={people.link.what}
          value={link.url}
          closeLabel={people.link.close}
          onClose={() => {
            setLink(null);
          }}
        />
      )}
    </Page>
  );
}
