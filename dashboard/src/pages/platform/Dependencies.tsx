// What Souk depends on, and how each of it is.
import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { healthQuery } from '../../api/platform';
import { IconAlert, IconCircleCheck } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import classes from './Dependencies.module.css';

export function Dependencies() {
  const health = useQuery(healthQuery);
  return (
    <Panel title={texts.platform.dependencies}>
      {health.isPending && <Skeleton height={80} />}
      {health.isError && <Trouble error={health.error} onRetry={() => void health.refetch()} />}
      <ul className={classes.list}>
        {health.data?.checks.map(({ name, ok, message }) => {
          const Sign = ok ? IconCircleCheck : IconAlert;
          return (
            <li key={name} data-ok={ok || undefined}>
              <Sign size={17} aria-hidden="true" />
              <div>
                <strong>{texts.platform.dependencyNames[name] ?? name}</strong>{' '}
                <span className={classes.state}>
                  {ok ? texts.platform.dependencyOk : texts.platform.dependencyBad}
                </span>
                <Text size="sm" c="dimmed">
                  {message}
                </Text>
              </div>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
