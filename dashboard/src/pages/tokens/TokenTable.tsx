// Tokens in a table: what for, how much, until when, used when.
import { Button, Table, Text } from '@mantine/core';
import type { Token } from '../../api/model';
import { Ago } from '../../components/Ago';
import { moment, useNow } from '../../components/time';
import stacked from '../../components/Stacked.module.css';
import { people, tokens as texts } from '../../texts';
import table from '../stores/StoreTable.module.css';
import classes from './TokenPanel.module.css';

interface TokenTableProps {
  label: string;
  tokens: Token[];
  onRevoke: (token: Token) => void;
}

export function TokenTable({ label, tokens, onRevoke }: TokenTableProps) {
  const now = useNow(60_000);
  return (
    <div className={classes.scroll}>
      <Table aria-label={label} className={`${table.table ?? ''} ${stacked.stacked ?? ''}`}>
        <Table.Thead>
          <Table.Tr>
            {Object.entries(texts.columns).map(([key, column]) => (
              <Table.Th key={key}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Line key={token.id} token={token} now={now} onRevoke={onRevoke} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface LineProps {
  token: Token;
  now: number;
  onRevoke: (token: Token) => void;
}

function Line({ token, now, onRevoke }: LineProps) {
  const expired = token.expiresAt !== null && Date.parse(token.expiresAt) <= now;
  const revoked = token.revokedAt !== null;
  return (
    <Table.Tr className={expired || revoked ? (classes.over ?? '') : ''}>
      <Table.Td data-label={texts.columns.name}>
        <div>
          {token.name}
          {token.role !== null && (
            <Text size="xs" c="dimmed">
              {people.roles[token.role]}
            </Text>
          )}
        </div>
      </Table.Td>
      <Table.Td data-label={texts.columns.scope}>{texts.scopes[token.scope]}</Table.Td>
      <Table.Td data-label={texts.columns.expires} className={table.age ?? ''}>
        {revoked
          ? texts.revoked
          : expired
            ? texts.expired
            : token.expiresAt === null
              ? texts.never
              : moment(token.expiresAt)}
      </Table.Td>
      <Table.Td data-label={texts.columns.used} className={table.age ?? ''}>
        {token.usedAt === null ? texts.never : <Ago at={token.usedAt} />}
      </Table.Td>
      <Table.Td>
        {!revoked && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            aria-label={texts.revoke(token.name)}
            onClick={() => {
              onRevoke(token);
            }}
          >
            {texts.confirm.submit}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
