// The platform at a glance: how many stores in which phase, how fast they are born, who waits, what it
// is built on, how that is, and what it offers.
import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { useMay } from '../../api/may';
import type { Metrics, Platform } from '../../api/model';
import { metricsQuery, platformQuery } from '../../api/platform';
import { IconAlert, IconCircleCheck } from '../../components/icons';
import { Page } from '../../components/Page';
import { Panel } from '../../components/Panel';
import { duration } from '../../components/time';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import { Dependencies } from './Dependencies';
import { PhaseBar } from './PhaseBar';
import classes from './PlatformPage.module.css';
import { PlanTable } from './PlanTable';
import { QueuePanel } from './QueuePanel';

const Charts = lazy(() => import('./Charts'));

export function PlatformPage() {
  const platform = useQuery(platformQuery);
  const metrics = useQuery(metricsQuery);
  const failed = platform.error ?? metrics.error;
  return (
    <Page title={texts.platform.title} lead={texts.platform.lead}>
      <Stack gap="md">
        {failed !== null && (
          <Trouble
            error={failed}
            onRetry={() => {
              void platform.refetch();
              void metrics.refetch();
            }}
          />
        )}
        {metrics.isPending && <Skeleton height={110} radius="lg" />}
        {metrics.data !== undefined && (
          <>
            <Numbers metrics={metrics.data} platform={platform.data} />
            <Panel title={texts.platform.byPhase}>
              <PhaseBar byPhase={metrics.data.stores.byPhase} />
            </Panel>
            <Suspense fallback={<Skeleton height={290} radius="lg" />}>
              <Charts metrics={metrics.data} />
            </Suspense>
          </>
        )}
        <div className={classes.pair}>
          <QueuePanel />
          <Dependencies />
        </div>
        {platform.data !== undefined && (
          <div className={classes.pair}>
            <Panel title={texts.platform.health}>
              <Facts platform={platform.data} metrics={metrics.data} />
            </Panel>
            <Panel title={texts.platform.plans} flush>
              <PlanTable plans={platform.data.plans} />
            </Panel>
          </div>
        )}
      </Stack>
    </Page>
  );
}

function Numbers({ metrics, platform }: { metrics: Metrics; platform: Platform | undefined }) {
  const { stores, operations, timeToReadySeconds: ready } = metrics;
  const may = useMay();
  const seconds = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : duration(value * 1_000);
  return (
    <dl className={classes.numbers}>
      <Fact
        label={texts.platform.stores}
        value={stores.total}
        // Who sees only some of the stores does not know how many more fit.
        meta={may('platform.read') ? capacity(stores.total, platform) : texts.platform.own}
      />
      <Fact
        label={texts.platform.ready}
        value={seconds(ready.median)}
        meta={
          ready.count === 0
            ? texts.platform.readyNone
            : texts.platform.readyMeta(seconds(ready.p95), ready.count)
        }
      />
      <Fact
        label={texts.platform.work}
        value={texts.platform.running(operations.running)}
        meta={`${texts.platform.workMeta(operations.queued)} · ${texts.platform.failed(operations.failed24h)}`}
      />
    </dl>
  );
}

/** How many stores still fit. */
function capacity(total: number, platform: Platform | undefined): string {
  if (platform === undefined) return '';
  const most = platform.limits.maxStores ?? null;
  if (most === null) return texts.platform.capacityFree;
  return `${texts.platform.storesOf(total, most)}, ${texts.platform.capacityLeft(Math.max(0, most - total))}`;
}

function Fact({ label, value, meta }: { label: string; value: ReactNode; meta: string }) {
  return (
    <div className={classes.number}>
      <dt>{label}</dt>
      <dd>
        <span className={`${classes.value ?? ''} numbers`}>{value}</span>
        <Text size="sm" c="dimmed" span display="block">
          {meta}
        </Text>
      </dd>
    </div>
  );
}

function Facts({ platform, metrics }: { platform: Platform; metrics: Metrics | undefined }) {
  const { cluster } = platform;
  const may = useMay();
  const Sign = cluster.reachable ? IconCircleCheck : IconAlert;
  const reached =
    cluster.version === null
      ? texts.platform.reachableUnknown
      : texts.platform.reachable(cluster.version);
  return (
    <dl className={classes.facts}>
      <dt>{texts.platform.cluster}</dt>
      <dd>
        <Sign size={15} className={cluster.reachable ? classes.good : classes.bad} />{' '}
        {cluster.reachable ? reached : texts.platform.unreachable}
        {!cluster.reachable && cluster.message !== null && (
          <Text size="sm" c="dimmed">
            {cluster.message}
          </Text>
        )}
      </dd>
      <dt>{texts.platform.version}</dt>
      <dd>
        {platform.version}
        {metrics !== undefined &&
          `, ${texts.platform.uptime(duration(metrics.uptimeSeconds * 1_000))}`}
      </dd>
      <dt>{texts.platform.domain}</dt>
      <dd>{platform.baseDomain}</dd>
      {may('platform.read') && (
        <>
          <dt>{texts.platform.orphans}</dt>
          <dd>
            <Orphans count={metrics?.orphans ?? null} />
          </dd>
        </>
      )}
      <dt>{texts.platform.blueprints}</dt>
      <dd>
        {platform.blueprints.map(({ name, title, wooCommerce }) => (
          <div key={name}>
            {title}
            <Text size="sm" c="dimmed">
              {wooCommerce.present
                ? texts.platform.present(wooCommerce.version ?? '')
                : texts.platform.absent}
            </Text>
          </div>
        ))}
      </dd>
      <dt>API</dt>
      <dd>
        <a href="/api/docs">{texts.nav.docs}</a>
      </dd>
    </dl>
  );
}

/** What the last look of the platform found that belongs to no store. */
function Orphans({ count }: { count: number | null }) {
  if (count === null) {
    return texts.platform.orphansUnknown;
  }
  const Sign = count === 0 ? IconCircleCheck : IconAlert;
  return (
    <>
      <Sign size={15} className={count === 0 ? classes.good : classes.bad} />{' '}
      {count === 0 ? texts.platform.orphansNone : texts.platform.orphansSome(count)}
      {count > 0 && (
        <Text size="sm" c="dimmed">
          {texts.platform.orphansHelp}
        </Text>
      )}
    </>
  );
}
