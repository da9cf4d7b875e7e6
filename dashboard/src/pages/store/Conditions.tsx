// Observed facts about a store, each with its reason and a sentence.
import { Text } from '@mantine/core';
import type { Condition } from '../../api/model';
import { IconAlert, IconCircleCheck, IconClock } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { age, moment, useNow } from '../../components/time';
import { texts } from '../../texts';
import classes from './Conditions.module.css';

const SIGNS = { True: IconCircleCheck, False: IconAlert, Unknown: IconClock } as const;

export function Conditions({ conditions }: { conditions: Condition[] }) {
  const now = useNow(10_000);
  return (
    <Panel title={texts.conditions.title}>
      {conditions.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.conditions.none}
        </Text>
      )}
      <ul className={classes.list}>
        {conditions.map((condition) => {
          const Sign = SIGNS[condition.status];
          const since = age(condition.lastTransitionTime, now);
          return (
            <li key={condition.type} className={classes.item} data-status={condition.status}>
              <Sign size={17} className={classes.sign} aria-hidden="true" />
              <div className={classes.text}>
                <div className={classes.head}>
                  <span className={classes.name}>
                    {texts.conditions.names[condition.type] ?? condition.type}
                  </span>
                  <span className={classes.status} title={moment(condition.lastTransitionTime)}>
                    {texts.conditions.status[condition.status]}
                    {since !== null &&
                      condition.status !== 'Unknown' &&
                      ` ${texts.conditions.since(since)}`}
                  </span>
                </div>
                {condition.message !== '' && (
                  <Text size="sm" c="dimmed">
                    {condition.message}
                  </Text>
                )}
                {condition.status === 'False' &&
                  texts.conditions.remedies[condition.type] !== undefined && (
                    <Text size="sm" mt={4}>
                      {texts.conditions.remedies[condition.type]}
                    </Text>
                  )}
                {condition.status === 'False' && condition.reason !== '' && (
                  <Text size="xs" c="dimmed" ff="monospace">
                    {condition.reason}
                  </Text>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
