// A remark that stands beside what it is about: to know, to be careful, or gone wrong. Icon and
// words carry it; the colour only repeats them.
import type { ReactNode } from 'react';
import { IconAlert, IconInfo } from './icons';
import classes from './Notice.module.css';

interface NoticeProps {
  kind: 'info' | 'warn' | 'bad';
  title?: string | undefined;
  children: ReactNode;
}

export function Notice({ kind, title, children }: NoticeProps) {
  const Icon = kind === 'info' ? IconInfo : IconAlert;
  return (
    <div className={classes.notice} data-kind={kind} role={kind === 'bad' ? 'alert' : 'note'}>
      <Icon size={18} aria-hidden="true" />
      <div>
        {title !== undefined && <strong>{title}</strong>}
        <div>{children}</div>
      </div>
    </div>
  );
}
