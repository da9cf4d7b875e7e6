// The line under a phase in lists: how far a running operation is, what it waits for, or what is wrong.
import { Text } from '@mantine/core';
import type { Store } from '../../api/model';
import { texts } from '../../texts';
import classes from './StoreNote.module.css';

export function StoreNote({ store }: { store: Store }) {
  const { operation, phase } = store;
  const running = operation?.state === 'running' || operation?.state === 'queued';
  const waits = operation?.queue ?? null;
  if (waits !== null) {
    return (
      <Text size="xs" c="dimmed" mt={3} maw={340} title={waits.message}>
        {texts.progress.inLine(waits.position)}
      </Text>
    );
  }
  if (running && (phase === 'Provisioning' || phase === 'Deleting')) {
    const done = operation.steps.filter(({ state }) => state === 'done').length;
    const current = operation.steps.find(({ state }) => state === 'running');
    return (
      <div className={classes.note}>
        <progress
          className={classes.bar}
          max={operation.steps.length}
          value={done}
          aria-label={texts.stores.steps(done, operation.steps.length)}
        />
        <Text size="xs" c="dimmed" truncate>
          {current?.title ?? store.message}
        </Text>
      </div>
    );
  }
  if (phase === 'Degraded' || phase === 'Failed') {
    return (
      <Text size="xs" c="dimmed" lineClamp={2} mt={3} maw={340}>
        {store.message}
      </Text>
    );
  }
  return null;
}
