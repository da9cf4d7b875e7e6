// The head of a page: its title (in the tab too), what it is about, and what can be done.
import { Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { texts } from '../texts';
import classes from './Page.module.css';

interface PageProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, lead, actions, children }: PageProps) {
  useDocumentTitle(texts.titled(title));
  return (
    <>
      <div className={classes.head}>
        <div>
          <Title order={1} className={classes.title ?? ''}>
            {title}
          </Title>
          {lead !== undefined && (
            <Text c="dimmed" component="div" mt={2}>
              {lead}
            </Text>
          )}
        </div>
        {actions}
      </div>
      {children}
    </>
  );
}
