// Honest banners: the connection is gone, or the cluster is. They say what it means and what comes.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { platformQuery } from '../api/platform';
import { IconAlert, IconUnlink } from '../components/icons';
import { clock, useNow } from '../components/time';
import { texts } from '../texts';
import classes from './Banners.module.css';
import { useLive } from './live';

/** A cut shorter than this is not worth a banner. */
const PATIENCE = 1_500;

function Banner({
  icon,
  title,
  text,
  action,
}: Record<'icon' | 'title' | 'text', ReactNode> & { action?: ReactNode }) {
  return (
    <div className={classes.banner} role="alert">
      {icon}
      <span>
        <strong>{title}</strong> {text}
      </span>
      {action}
    </div>
  );
}

export function ConnectionBanner() {
  const { status, goodAt, retryAt, retryNow } = useLive();
  const lost = status === 'lost';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        setShown(lost);
      },
      lost ? PATIENCE : 0,
    );
    return () => {
      clearTimeout(timer);
    };
  }, [lost]);
  if (!lost || !shown) return null;
  return (
    <Banner
      icon={<IconUnlink size={18} />}
      title={texts.live.lostTitle}
      text={
        <>
          {goodAt === null ? texts.live.lostNever : texts.live.lostText(clock(goodAt))}{' '}
          <Countdown to={retryAt} />
        </>
      }
      action={
        <Button size="compact-sm" variant="default" onClick={retryNow}>
          {texts.live.retry}
        </Button>
      }
    />
  );
}

function Countdown({ to }: { to: number | null }) {
  const now = useNow(500);
  const seconds = to === null ? 0 : Math.ceil((to - now) / 1_000);
  // Read out once with the banner, not every second.
  return (
    <span aria-hidden="true">
      {seconds > 0 ? texts.live.retryIn(seconds) : texts.live.retrying}
    </span>
  );
}

export function ClusterBanner() {
  const { data: platform, isFetching, refetch } = useQuery(platformQuery);
  if (platform === undefined || platform.cluster.reachable) return null;
  return (
    <Banner
      icon={<IconAlert size={18} />}
      title={texts.live.clusterTitle}
      text={
        <>
          {texts.live.clusterText} {platform.cluster.message}
        </>
      }
      action={
        <Button
          size="compact-sm"
          variant="default"
          loading={isFetching}
          onClick={() => void refetch()}
        >
          {texts.live.clusterRetry}
        </Button>
      }
    />
  );
}
