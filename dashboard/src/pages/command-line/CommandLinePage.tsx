// Where `souk login` leads: may that command line act for who is signed in here? The answer goes back to the
// machine that the browser runs on, or is a code to be copied.
import {
  Anchor,
  Button,
  Group,
  List,
  NativeSelect,
  Skeleton,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useAllowCommandLine } from '../../api/account';
import { meQuery } from '../../api/may';
import { useSignOut } from '../../api/session';
import { CopyButton } from '../../components/CopyButton';
import { Mark } from '../../components/Mark';
import { Notice } from '../../components/Notice';
import { Trouble } from '../../components/Trouble';
import secret from '../../components/Secret.module.css';
import { useLeadToSignIn } from '../../shell/useLeadToSignIn';
import { commandLine, texts as common } from '../../texts';
import classes from '../sign-in/SignInPage.module.css';
import { ENDS } from '../tokens/ends';
import { readAsked, wayBack, type Asked } from './asked';
import { leave } from './leave';

const route = getRouteApi('/cli');

/** What came of the question. */
type Answered = { code: string } | { left: string } | 'refused';

export function CommandLinePage() {
  useDocumentTitle(common.titled(commandLine.title));
  useLeadToSignIn();
  const asked = readAsked(route.useSearch());
  const [answered, setAnswered] = useState<Answered | null>(null);
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Mark size={44} />
        <Title order={1} mb="lg" className={classes.title ?? ''}>
          {commandLine.title}
        </Title>
        {asked === null ? (
          <Notice kind="bad">{commandLine.broken}</Notice>
        ) : answered === null ? (
          <Question
            asked={asked}
            onAnswered={(answer) => {
              setAnswered(answer);
              if (typeof answer === 'object' && 'left' in answer) leave(answer.left);
            }}
          />
        ) : (
          <Answer answered={answered} />
        )}
      </div>
    </main>
  );
}

interface QuestionProps {
  asked: Asked;
  onAnswered: (answer: Answered) => void;
}

function Question({ asked, onAnswered }: QuestionProps) {
  const { data: me, error, refetch } = useQuery(meQuery);
  const allow = useAllowCommandLine();
  const [days, setDays] = useState('90');
  const { challenge, host, back } = asked;
  if (error !== null) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (me === undefined) return <Skeleton height={200} />;
  if (me.userId === null) return <NoAccount />;
  return (
    <Stack gap="md">
      <Text size="lg">
        {commandLine.ask.before} <strong>{host}</strong> {commandLine.ask.between}{' '}
        <strong>{me.actor}</strong>
        {commandLine.ask.after}
      </Text>
      <List size="sm" spacing={4}>
        {commandLine.gets.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      <NativeSelect
        label={commandLine.ends}
        data={ENDS}
        value={days}
        onChange={(event) => {
          setDays(event.currentTarget.value);
        }}
      />
      <Notice kind="warn">{commandLine.careful}</Notice>
      {allow.isError && <Trouble title={commandLine.failed} error={allow.error} />}
      <Group grow>
        <Button
          variant="default"
          onClick={() => {
            onAnswered(
              back === null ? 'refused' : { left: wayBack(back, { error: 'access_denied' }) },
            );
          }}
        >
          {commandLine.refuse}
        </Button>
        <Button
          loading={allow.isPending}
          onClick={() => {
            allow.mutate(
              { challenge, host, ...(days === '' ? {} : { expiresInDays: Number(days) }) },
              {
                onSuccess: ({ code }) => {
                  onAnswered(back === null ? { code } : { left: wayBack(back, { code }) });
                },
              },
            );
          }}
        >
          {commandLine.allow}
        </Button>
      </Group>
      <Elsewhere text={commandLine.another(me.actor)} />
    </Stack>
  );
}

/** The admin token is nobody's account, and so has no tokens to give. */
function NoAccount() {
  return (
    <Stack gap="md">
      <Notice kind="bad">{commandLine.noAccount}</Notice>
      <Elsewhere text={commandLine.withAccount} />
    </Stack>
  );
}

/** Signs out, and comes back to this question afterwards. */
function Elsewhere({ text }: { text: string }) {
  const signOut = useSignOut();
  return (
    <>
      {signOut.isError && <Trouble error={signOut.error} />}
      <Anchor
        component="button"
        type="button"
        size="sm"
        onClick={() => {
          signOut.mutate();
        }}
      >
        {text}
      </Anchor>
    </>
  );
}

function Answer({ answered }: { answered: Answered }) {
  if (answered === 'refused') return <Notice kind="info">{commandLine.refused}</Notice>;
  if ('left' in answered) {
    return (
      <Stack gap="md">
        <Text>{commandLine.left}</Text>
        <Anchor href={answered.left} size="sm">
          {commandLine.goOn}
        </Anchor>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Text>{commandLine.code.text}</Text>
      <div className={secret.line} role="group" aria-label={commandLine.code.label}>
        <code>{answered.code}</code>
        <CopyButton value={answered.code} what={commandLine.code.what} />
      </div>
      <Notice kind="warn">{commandLine.code.careful}</Notice>
    </Stack>
  );
}
