// Tokens for programs: one's own, and those of machines for who manages them. A new one is shown once.
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ownTokensQuery, useRevokeOwnToken } from '../../api/account';
import { meQuery, useMay } from '../../api/may';
import { machineTokensQuery, useRevokeToken } from '../../api/people';
import { Page } from '../../components/Page';
import { account, tokens } from '../../texts';
import { TokenPanel } from './TokenPanel';

export function TokensPage() {
  const may = useMay();
  const { data: me } = useQuery(meQuery);
  return (
    <Page title={tokens.title} lead={tokens.lead}>
      <Stack gap="md">
        {me?.userId === null && <Text c="dimmed">{account.noAccount}</Text>}
        {may('own.tokens') && typeof me?.userId === 'string' && <OwnTokens />}
        {may('tokens.manage') && <MachineTokens />}
      </Stack>
    </Page>
  );
}

function OwnTokens() {
  return (
    <TokenPanel
      kind="own"
      title={tokens.own}
      hint={tokens.ownHint}
      none={tokens.ownNone}
      list={useQuery(ownTokensQuery)}
      revoke={useRevokeOwnToken()}
    />
  );
}

function MachineTokens() {
  return (
    <TokenPanel
      kind="machine"
      title={tokens.machines}
      hint={tokens.machinesHint}
      none={tokens.machinesNone}
      list={useQuery(machineTokensQuery)}
      revoke={useRevokeToken()}
    />
  );
}
