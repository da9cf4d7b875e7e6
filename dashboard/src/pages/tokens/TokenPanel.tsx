// A list of tokens as they are kept: never the tokens themselves. Making one and revoking one.
import { Button, Skeleton, Text } from '@mantine/core';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewToken, Page, Token } from '../../api/model';
import { Confirm } from '../../components/Confirm';
import { IconPlus } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { Secret } from '../../components/Secret';
import { Trouble } from '../../components/Trouble';
import { tokens } from '../../texts';
import { CreateMachineTokenDialog, CreateOwnTokenDialog } from './CreateTokenDialog';
import classes from './TokenPanel.module.css';
import { TokenTable } from './TokenTable';

interface TokenPanelProps {
  kind: 'own' | 'machine';
  title: string;
  hint: string;
  none: string;
  list: UseQueryResult<Page<Token>>;
  revoke: UseMutationResult<Token, Error, string>;
}

export function TokenPanel({ kind, title, hint, none, list, revoke }: TokenPanelProps) {
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const [asked, setAsked] = useState<Token | null>(null);
  const rows = list.data?.items ?? [];
  const Create = kind === 'own' ? CreateOwnTokenDialog : CreateMachineTokenDialog;
  return (
    <Panel
      title={title}
      flush
      aside={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={15} />}
          onClick={() => {
            setAdding(true);
          }}
        >
          {kind === 'own' ? tokens.add : tokens.addMachine}
        </Button>
      }
    >
      <Text size="sm" c="dimmed" className={classes.hint ?? ''}>
        {hint}
      </Text>
      {list.isError && <Trouble error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={80} />}
      {list.isSuccess && rows.length === 0 && <Text className={classes.hint ?? ''}>{none}</Text>}
      {rows.length > 0 && (
        <TokenTable
          label={title}
          tokens={rows}
          onRevoke={(token) => {
            revoke.reset();
            setAsked(token);
          }}
        />
      )}
      {adding && (
        <Create
          onMade={setMade}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
      {made !== null && (
        <Secret
          title={tokens.made.title(made.token.name)}
          text={tokens.made.text}
          label={tokens.made.label}
          what={tokens.made.what}
          value={made.secret}
          closeLabel={tokens.made.close}
          onClose={() => {
            setMade(null);
          }}
        />
      )}
      {asked !== null && (
        <Confirm
          title={tokens.confirm.title(asked.name)}
          text={tokens.confirm.text}
          submit={tokens.confirm.submit}
          cancel={tokens.confirm.cancel}
          failed={tokens.failed}
          error={revoke.error}
          pending={revoke.isPending}
          onConfirm={() => {
            revoke.mutate(asked.id, {
              onSuccess: () => {
                setAsked(null);
              },
            });
          }}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
    </Panel>
  );
}
