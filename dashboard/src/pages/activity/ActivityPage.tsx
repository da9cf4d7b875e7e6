// The audit log, newest first. Live messages about stores make it read itself again.
import { Button, Skeleton, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AuditEntry } from '../../api/model';
import { auditQuery } from '../../api/platform';
import { Ago } from '../../components/Ago';
import { Page } from '../../components/Page';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import table from '../stores/StoreTable.module.css';
import classes from './ActivityPage.module.css';

const { columns } = texts.activity;
const GOOD = new Set(['ok', 'accepted', 'success', 'succeeded', 'allowed']);

export function ActivityPage() {
  const audit = useInfiniteQuery(auditQuery);
  const entries = audit.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={texts.activity.title} lead={texts.activity.lead}>
      {audit.isError && <Trouble error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.isPending && <Skeleton height={240} radius="lg" />}
      {audit.isSuccess && entries.length === 0 && <Text c="dimmed">{texts.activity.none}</Text>}
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
                <Entry key={entry.id} entry={entry} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {audit.hasNextPage && (
        <Button
          mt="md"
          variant="default"
          loading={audit.isFetchingNextPage}
          onClick={() => void audit.fetchNextPage()}
        >
          {texts.more}
        </Button>
      )}
    </Page>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
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
          <Link to="/stores/$id" params={{ id: storeId }} className={table.open}>
            {storeName ?? storeId}
          </Link>
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
