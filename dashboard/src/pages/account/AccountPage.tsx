// One's own account: how much is left, the password, and where one is signed in.
import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/may';
import { Page } from '../../components/Page';
import { Panel } from '../../components/Panel';
import { QuotaBars } from '../../components/QuotaBars';
import { Trouble } from '../../components/Trouble';
import { account, people } from '../../texts';
import { BrowsersPanel } from './BrowsersPanel';
import { PasswordPanel } from './PasswordPanel';

export function AccountPage() {
  const { data: me, error, refetch } = useQuery(meQuery);
  if (me === undefined) {
    return (
      <Page title={account.title}>
        {error === null ? (
          <Skeleton height={240} radius="lg" />
        ) : (
          <Trouble error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page title={account.title} lead={account.lead(me.actor, people.roles[me.role])}>
      <Stack gap="md" maw={640}>
        {me.userId === null && <Text c="dimmed">{account.noAccount}</Text>}
        <Panel title={account.quota.title}>
          <QuotaBars />
        </Panel>
        {me.singleSignOn && <Text c="dimmed">{account.singleSignOn}</Text>}
        {me.userId !== null && !me.singleSignOn && <PasswordPanel name={me.actor} />}
        <BrowsersPanel />
      </Stack>
    </Page>
  );
}
