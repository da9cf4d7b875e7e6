// What happened to a store, newest first; live updates put new lines on top.
import { Button, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { timelineQuery } from '../../api/stores';
import { Panel } from '../../components/Panel';
import { moment, stamp, useNow } from '../../components/time';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import classes from './Timeline.module.css';

export function Timeline({ id }: { id: string }) {
  const timeline = useInfiniteQuery(timelineQuery(id));
  const now = useNow(60_000);
  const events = timeline.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={texts.timeline.title}>
      {timeline.isPending && <Skeleton height={90} />}
      {timeline.isError && (
        <Trouble error={timeline.error} onRetry={() => void timeline.refetch()} />
      )}
      {timeline.isSuccess && events.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.timeline.none}
        </Text>
      )}
      <ol className={classes.list} aria-label={texts.timeline.title}>
        {events.map((event) => (
          <li key={event.id} className={classes.line} data-type={event.type}>
            <time
              className={`${classes.at ?? ''} numbers`}
              dateTime={event.at}
              title={moment(event.at)}
            >
              {stamp(event.at, now)}
            </time>
            <span className={classes.dot} aria-hidden="true" />
            <span className={classes.text}>
              {event.type === 'Warning' && (
                <span className="visually-hidden">{texts.timeline.warning}: </span>
              )}
              {event.message}
              <span className={classes.reason}>{event.reason}</span>
            </span>
          </li>
        ))}
      </ol>
      {timeline.hasNextPage && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="default"
          loading={timeline.isFetchingNextPage}
          onClick={() => void timeline.fetchNextPage()}
        >
          {texts.more}
        </Button>
      )}
    </Panel>
  );
}
