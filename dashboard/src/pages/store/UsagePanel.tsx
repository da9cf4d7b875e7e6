// What a store uses of its plan: how it is now in words, and over time as charts, which are loaded when
// there is something to draw. Says honestly when there are no numbers, and why.
import { NativeSelect, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { StoreUsage, UsageWindow } from '../../api/model';
import { usageQuery } from '../../api/stores';
import { Panel } from '../../components/Panel';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import classes from './UsagePanel.module.css';

const UsageCharts = lazy(() => import('./UsageCharts'));

const WINDOWS: readonly UsageWindow[] = ['1h', '6h', '24h', '48h'];

export function UsagePanel({ id }: { id: string }) {
  const [window, setWindow] = useState<UsageWindow>('6h');
  const { data, error, isPending, refetch } = useQuery(usageQuery(id, window));
  return (
    <Panel
      title={texts.usage.title}
      aside={
        <NativeSelect
          size="xs"
          aria-label={texts.usage.window}
          value={window}
          data={WINDOWS.map((value) => ({ value, label: texts.usage.windows[value] }))}
          onChange={(event) => {
            setWindow(WINDOWS.find((one) => one === event.currentTarget.value) ?? '6h');
          }}
        />
      }
    >
      {isPending && <Skeleton height={60} radius="md" />}
      {data === undefined && !isPending && <Trouble error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Usage usage={data} />}
    </Panel>
  );
}

function Usage({ usage }: { usage: StoreUsage }) {
  const { available, message, now, plan, points } = usage;
  const none = available ? texts.usage.none : (message ?? texts.usage.unavailable);
  return (
    <div role="group" aria-label={texts.usage.now}>
      {now !== null && (
        <dl className={classes.now}>
          <div>
            <dt>{texts.usage.cpu}</dt>
            <dd className="numbers">
              {texts.usage.cpuNow(now.cpuMillicores, plan?.cpuLimitMillicores)}
            </dd>
          </div>
          <div>
            <dt>{texts.usage.memory}</dt>
            <dd className="numbers">
              {texts.usage.memoryNow(now.memoryMebibytes, plan?.memoryLimitMebibytes)}
            </dd>
          </div>
        </dl>
      )}
      {(points.length === 0 || !available) && (
        <Text size="sm" c="dimmed" role="status">
          {none}
        </Text>
      )}
      {available && now === null && points.length > 0 && (
        <Text size="sm" c="dimmed">
          {texts.usage.nowUnknown}
        </Text>
      )}
      {points.length > 0 && (
        <Suspense fallback={<Skeleton height={180} radius="md" mt="sm" />}>
          <UsageCharts usage={usage} />
        </Suspense>
      )}
    </div>
  );
}
