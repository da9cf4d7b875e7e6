// The plain facts about a store.
import type { ReactNode } from 'react';
import type { Store } from '../../api/model';
import { CopyButton } from '../../components/CopyButton';
import { Panel } from '../../components/Panel';
import { moment } from '../../components/time';
import { texts } from '../../texts';
import classes from './CredentialsPanel.module.css';

export function DetailsPanel({ store }: { store: Store }) {
  const namespace = `store-${store.id}`;
  const lines: [string, ReactNode, string?][] = [
    [texts.store.owner, store.owner],
    [texts.store.plan, store.plan],
    [texts.store.blueprint, store.blueprint],
    [texts.store.created, moment(store.createdAt)],
    ...(store.readyAt === null
      ? []
      : [[texts.store.ready, moment(store.readyAt)] as [string, ReactNode]]),
    [texts.store.id, <code key="id">{store.id}</code>, store.id],
    [texts.store.namespace, <code key="namespace">{namespace}</code>, namespace],
  ];
  return (
    <Panel title={texts.store.details}>
      <dl className={classes.list}>
        {lines.map(([label, shown, copied]) => (
          <div key={label} className={classes.line}>
            <dt>{label}</dt>
            <dd>
              {shown}
              {copied !== undefined && <CopyButton value={copied} what={label.toLowerCase()} />}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
