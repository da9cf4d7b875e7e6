// Sign-in with the admin token, and back to where one wanted to go.
import { Button, Code, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { isProblem } from '../../api/problem';
import { useSignIn } from '../../api/session';
import { CopyButton } from '../../components/CopyButton';
import { Notice } from '../../components/Notice';
import { Mark } from '../../components/Mark';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import classes from './SignInPage.module.css';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  useDocumentTitle(texts.titled(texts.signIn.title));
  const { back } = route.useSearch();
  const { history } = useRouter();
  const signIn = useSignIn();
  const [token, setToken] = useState('');
  const [empty, setEmpty] = useState(false);
  const wrong = isProblem(signIn.error, 401) || isProblem(signIn.error, 422);

  const submit = () => {
    const value = token.trim();
    setEmpty(value === '');
    if (value === '') return;
    signIn.mutate(value, {
      onSuccess: () => {
        history.replace(back ?? '/stores');
      },
    });
  };

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Mark size={44} />
        <Title order={1} className={classes.title ?? ''}>
          {texts.product}
        </Title>
        <Text c="dimmed" mb="lg">
          {texts.signIn.lead}
        </Text>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <Stack gap="md">
            {back !== undefined && !wrong && <Notice kind="info">{texts.signIn.over}</Notice>}
            {signIn.isError && !wrong && <Trouble error={signIn.error} />}
            <PasswordInput
              label={texts.signIn.token}
              size="md"
              autoFocus
              autoComplete="current-password"
              value={token}
              aria-invalid={wrong || empty}
              error={wrong ? texts.signIn.wrong : empty && texts.signIn.empty}
              onChange={(event) => {
                setToken(event.currentTarget.value);
                setEmpty(false);
                if (signIn.isError) signIn.reset();
              }}
            />
            <Button type="submit" size="md" fullWidth loading={signIn.isPending}>
              {texts.signIn.submit}
            </Button>
          </Stack>
        </form>
        <div className={classes.hint}>
          <Text size="sm" c="dimmed">
            {texts.signIn.tokenHint}
          </Text>
          <div className={classes.command}>
            <Code>{texts.signIn.command}</Code>
            <CopyButton value={texts.signIn.command} what="command" />
          </div>
        </div>
      </div>
    </main>
  );
}
