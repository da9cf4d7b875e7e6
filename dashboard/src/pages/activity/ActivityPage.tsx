// The audit log, newest first, narrowed by what stands in the address. Live messages about stores make
// it read itself again.
import { ActionIcon, Button, Skeleton, Stack, Table, Text, Tooltip } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AuditEntry, AuditFilter } from '../../api/model';
import { auditQuery } from '../../api/platform';
import { Ago } from '../../components/Ago';
import { IconFilter } from '../../components/icons';
import { Page } from '../../components/Page';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import table from '../stores/StoreTable.module.css';
import classes from './ActivityPage.module.css';
import { AuditFilters } from './AuditFilters';
import { ExportMenu } from './ExportMenu';

const { columns } = texts.activity;
const GOOD = new Set(['ok', 'accepted', 'success', 'succeeded', 'allowed']);

const route = getRouteApi('/shell/activity');

export function ActivityPage() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const audit = useInfiniteQuery(auditQuery(filter));
  const entries = audit.data?.pages.flatMap((page) => page.items) ?? [];
  const total = audit.data?.pages[0]?.total ?? 0;
  const narrowed = Object.keys(filter).length > 0;
  const narrow = (next: AuditFilter) => void navigate({ search: next, replace: true });

  return (
    <Page
      title={texts.activity.title}
      lead={
        <>
          {texts.activity.lead} {audit.isSuccess && texts.activity.total(total)}
        </>
      }
      actions={<ExportMenu filter={filter} />}
    >
      <Stack gap="md">
        <AuditFilters
          value={filter}
          onChange={narrow}
          actors={entries.map(({ actor }) => actor)}
          storeName={
            entries.find(({ storeId }) => storeId === filter.store)?.storeName ?? undefined
          }
        />
        {audit.isError && <Trouble error={audit.error} onRetry={() => void audit.refetch()} />}
        {audit.isPending && <Skeleton height={240} radius="lg" />}
        {audit.isSuccess && entries.length === 0 && (
          <Text c="dimmed">{narrowed ? texts.activity.noneFits : texts.activity.none}</Text>
        )}
        {entries.length > 0 && (
          <div className={table.frame}>
            <Table
              aria-label={texts.activity.title}
              className={`${table.table ?? ''} ${classes.table ?? ''}`}
            >
              <Table.Thead>
                <Table.Tr>
                  {Object.values(columns).map((label) => (
                    <Table.Th key={label}>{label}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((entry) => (
                  <Entry
                    key={entry.id}
                    entry={entry}
                    onStore={(store) => {
                      narrow({ ...filter, store });
                    }}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
        {audit.hasNextPage && (
          <Button
            variant="default"
            className={classes.more ?? ''}
            loading={audit.isFetchingNextPage}
            onClick={() => void audit.fetchNextPage()}
          >
            {texts.more}
          </Button>
        )}
      </Stack>
    </Page>
  );
}

interface EntryProps {
  entry: AuditEntry;
  onStore: (id: string) => void;
}

function Entry({ entry, onStore }: EntryProps) {
  const { storeId, storeName, detail } = entry;
  return (
    <Table.Tr>
      <Table.Td data-cell="at" className={table.age ?? ''}>
        <Ago at={entry.at} />
      </Table.Td>
      <Table.Td data-cell="actor">{entry.actor}</Table.Td>
      <Table.Td data-cell="action" className={classes.action ?? ''}>
        <code>{entry.action}</code>
        {(detail ?? '') !== '' && (
          <Text size="xs" c="dimmed">
            {detail}
          </Text>
        )}
      </Table.Td>
      <Table.Td data-cell="store">
        {storeId === null ? (
          <Text span c="dimmed">
            –
          </Text>
        ) : (
          <span className={classes.store}>
            <Link to="/stores/$id" params={{ id: storeId }} className={table.open}>
              {storeName ?? storeId}
            </Link>
            <Tooltip label={texts.activity.onlyStore(storeName ?? storeId)}>
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={texts.activity.onlyStore(storeName ?? storeId)}
                onClick={() => {
                  onStore(storeId);
                }}
              >
                <IconFilter size={14} />
              </ActionIcon>
            </Tooltip>
          </span>
        )}
      </Table.Td>
      <Table.Td data-cell="result">
        <span className={classes.result} data-good={GOOD.has(entry.result) || undefined}>
          {entry.result}
        </span>
      </Table.Td>
      <Table.Td data-cell="source" className={table.age ?? ''}>
        {entry.source}
      </Table.Td>
    </Table.Tr>
  );
}
