// The browsers in which one is signed in, and ending one of these sign-ins or all of them.
import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { browsersQuery, useEndBrowser, useSignOutEverywhere } from '../../api/account';
import type { Browser } from '../../api/model';
import { useEndSession } from '../../api/session';
import { Ago } from '../../components/Ago';
import { Panel } from '../../components/Panel';
import { moment } from '../../components/time';
import { Trouble } from '../../components/Trouble';
import { account } from '../../texts';
import classes from './BrowsersPanel.module.css';

const texts = account.browsers;

export function BrowsersPanel() {
  const browsers = useQuery(browsersQuery);
  const end = useEndBrowser();
  const everywhere = useSignOutEverywhere(useEndSession());
  const failure = end.error ?? everywhere.error;
  return (
    <Panel title={texts.title}>
      <Stack gap="sm">
        {browsers.isError && <Trouble error={browsers.error} />}
        {browsers.isPending && <Skeleton height={60} />}
        {failure !== null && <Trouble title={texts.failed} error={failure} />}
        <ul className={classes.list} aria-label={texts.title}>
          {browsers.data?.items.map((browser) => (
            <Line
              key={browser.id}
              browser={browser}
              pending={end.isPending && end.variables === browser.id}
              onEnd={() => {
                end.mutate(browser.id);
              }}
            />
          ))}
        </ul>
        <div>
          <Button
            variant="outline"
            color="red"
            loading={everywhere.isPending}
            onClick={() => {
              everywhere.mutate();
            }}
          >
            {texts.everywhere}
          </Button>
          <Text size="sm" c="dimmed" mt="xs">
            {texts.everywhereHint}
          </Text>
        </div>
      </Stack>
    </Panel>
  );
}

interface LineProps {
  browser: Browser;
  pending: boolean;
  onEnd: () => void;
}

function Line({ browser, pending, onEnd }: LineProps) {
  // "dashboard 192.0.2.1": how and from where.
  const source = browser.source?.split(' ').at(-1) ?? texts.unknown;
  return (
    <li className={classes.line}>
      <div>
        {source}
        {browser.current && ` (${texts.this})`}
        <Text size="xs" c="dimmed">
          {texts.seen} <Ago at={browser.seenAt} /> · {texts.since} {moment(browser.createdAt)}
        </Text>
      </div>
      {!browser.current && (
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={texts.end(source)}
          loading={pending}
          onClick={onEnd}
        >
          {texts.end('').trim()}
        </Button>
      )}
    </li>
  );
}
