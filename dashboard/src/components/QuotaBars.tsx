// How much of what one may have is used: a bar and the numbers, which say the same.
import { Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { quotaQuery } from '../api/account';
import type { Quota } from '../api/model';
import { account } from '../texts';
import classes from './QuotaBars.module.css';

const texts = account.quota;

/** Of oneself, or of a team. Nothing until it is known; no bar where there is no limit. */
export function QuotaBars({ team }: { team?: string | undefined }) {
  const { data: quota } = useQuery(quotaQuery(team));
  if (quota === undefined) return null;
  return (
    <div className={classes.bars}>
      <Bar label={texts.stores} usage={quota.stores} />
      <Bar label={texts.creates} usage={quota.createsPerHour} />
    </div>
  );
}

function Bar({ label, usage: { used, allowed } }: { label: string; usage: Quota['stores'] }) {
  const id = useId();
  const full = allowed !== null && used >= allowed;
  return (
    <div>
      <div className={classes.line}>
        <Text id={id} size="sm">
          {label}
        </Text>
        <Text size="sm" c={full ? 'red' : 'dimmed'} className={classes.numbers ?? ''}>
          {allowed === null ? texts.free(used) : texts.of(used, allowed)}
        </Text>
      </div>
      {allowed !== null && (
        <Progress.Root size="sm">
          <Progress.Section
            aria-labelledby={id}
            value={Math.min(100, (used / Math.max(allowed, 1)) * 100)}
            {...(full ? { color: 'red' } : {})}
          />
        </Progress.Root>
      )}
    </div>
  );
}
