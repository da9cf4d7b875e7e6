// Who waits to be made, in the order of the line.
import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { storesQuery } from '../../api/stores';
import { Panel } from '../../components/Panel';
import { texts } from '../../texts';
import classes from './QueuePanel.module.css';

/** Stores that are named. */
const SHOWN = 8;

export function QueuePanel() {
  const pending = useInfiniteQuery(storesQuery({ phase: 'Pending', sort: 'createdAt' }));
  const line = (pending.data?.pages.flatMap((page) => page.items) ?? [])
    .flatMap((store) => {
      const queue = store.operation?.queue ?? null;
      return queue === null ? [] : [{ store, queue }];
    })
    .sort((left, right) => left.queue.position - right.queue.position);
  return (
    <Panel title={texts.platform.queue}>
      {pending.isSuccess && line.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.platform.queueNone}
        </Text>
      )}
      {line.length > 0 && (
        <ol className={classes.line}>
          {line.slice(0, SHOWN).map(({ store, queue }) => (
            <li key={store.id} value={queue.position}>
              <Link to="/stores/$id" params={{ id: store.id }}>
                {store.name}
              </Link>
              <Text size="sm" c="dimmed">
                {queue.message}
              </Text>
            </li>
          ))}
        </ol>
      )}
      {line.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {texts.platform.queueMore(line.length - SHOWN)}
        </Text>
      )}
    </Panel>
  );
}
