// The shop administrator's credentials, behind a click. They live in this component's state only:
// no cache, gone when the page is left, hidden or frozen by the browser.
import { Button, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Credentials } from '../../api/model';
import { isProblem } from '../../api/problem';
import { readCredentials } from '../../api/stores';
import { CopyButton } from '../../components/CopyButton';
import { IconEye, IconEyeOff } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { ShopLink } from '../../components/ShopLink';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import classes from './CredentialsPanel.module.css';

type Shown =
  | { state: 'hidden' }
  | { state: 'asking' }
  | { state: 'failed'; error: unknown }
  | { state: 'shown'; credentials: Credentials };

const HIDDEN: Shown = { state: 'hidden' };

export function CredentialsPanel({ id }: { id: string }) {
  const [shown, setShown] = useState<Shown>(HIDDEN);
  const asking = useRef<AbortController | null>(null);

  useEffect(() => {
    const hide = () => {
      asking.current?.abort();
      setShown(HIDDEN);
    };
    // The browser may keep a left page alive and show it again on "back".
    window.addEventListener('pagehide', hide);
    return () => {
      window.removeEventListener('pagehide', hide);
      asking.current?.abort();
    };
  }, []);

  const show = async () => {
    const controller = new AbortController();
    asking.current = controller;
    setShown({ state: 'asking' });
    try {
      const credentials = await readCredentials(id, controller.signal);
      if (!controller.signal.aborted) setShown({ state: 'shown', credentials });
    } catch (error) {
      if (!controller.signal.aborted) setShown({ state: 'failed', error });
    }
  };

  if (shown.state === 'shown') {
    return (
      <Panel
        title={texts.credentials.title}
        aside={
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconEyeOff size={15} />}
            onClick={() => {
              setShown(HIDDEN);
            }}
          >
            {texts.credentials.hide}
          </Button>
        }
      >
        <Secrets credentials={shown.credentials} />
      </Panel>
    );
  }
  return (
    <Panel title={texts.credentials.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {texts.credentials.text}
      </Text>
      {shown.state === 'failed' && (
        <div className={classes.failed}>
          <Trouble
            error={isProblem(shown.error, 409) ? new Error(texts.credentials.notYet) : shown.error}
          />
        </div>
      )}
      <Button
        variant="default"
        leftSection={<IconEye size={16} />}
        loading={shown.state === 'asking'}
        onClick={() => void show()}
      >
        {texts.credentials.show}
      </Button>
    </Panel>
  );
}

function Secrets({ credentials }: { credentials: Credentials }) {
  const lines = [
    [texts.credentials.username, credentials.username],
    [texts.credentials.password, credentials.password],
    [texts.credentials.email, credentials.email],
  ] as const;
  return (
    <dl className={classes.list}>
      {lines.map(([label, value]) => (
        <div key={label} className={classes.line}>
          <dt>{label}</dt>
          <dd>
            <code>{value}</code>
            <CopyButton value={value} what={label.toLowerCase()} />
          </dd>
        </div>
      ))}
      <div className={classes.line}>
        <dt>{texts.credentials.admin}</dt>
        <dd>
          <ShopLink url={credentials.adminUrl} />
        </dd>
      </div>
    </dl>
  );
}
