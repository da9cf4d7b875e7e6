// Sign-in with a company's account, with name and password, or with the admin token, and back to where one
// wanted to go.
import {
  Anchor,
  Button,
  Divider,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDocumentTitle, useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { isProblem } from '../../api/problem';
import { useSignIn, waysQuery, type Proof } from '../../api/session';
import { Command } from '../../components/Command';
import { Notice } from '../../components/Notice';
import { Mark } from '../../components/Mark';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import classes from './SignInPage.module.css';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  useDocumentTitle(texts.titled(texts.signIn.title));
  const { back, refused } = route.useSearch();
  const company = useQuery(waysQuery).data?.singleSignOn;
  const { history } = useRouter();
  const signIn = useSignIn();
  // The way of last time; no secret.
  const [way, setWay] = useLocalStorage<'password' | 'token'>({
    key: 'souk-sign-in',
    defaultValue: 'password',
    getInitialValueInEffect: false,
  });
  const wrong = isProblem(signIn.error, 401) || isProblem(signIn.error, 422);
  const Fields = way === 'token' ? TokenFields : PasswordFields;

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
        <Stack gap="md">
          {refused !== undefined && !signIn.isError && (
            <Notice kind="bad">{refusalOf(refused)}</Notice>
          )}
          {back !== undefined && !wrong && <Notice kind="info">{reasonOf(back)}</Notice>}
          {signIn.isError && !wrong && <Trouble error={signIn.error} />}
          {company != null && (
            <>
              <Button
                component="a"
                href={beginning(company.url, back)}
                size="md"
                variant="default"
                fullWidth
              >
                {texts.signIn.with(company.name)}
              </Button>
              <Divider label={texts.signIn.or} />
            </>
          )}
          <Fields
            wrong={wrong}
            pending={signIn.isPending}
            onChange={() => {
              if (signIn.isError) signIn.reset();
            }}
            onSubmit={(proof) => {
              signIn.mutate(proof, {
                onSuccess: () => {
                  history.replace(back ?? '/stores');
                },
              });
            }}
          />
        </Stack>
        <div className={classes.hint}>
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => {
              signIn.reset();
              setWay(way === 'token' ? 'password' : 'token');
            }}
          >
            {way === 'token' ? texts.signIn.usePassword : texts.signIn.useToken}
          </Anchor>
          <Text size="sm" c="dimmed" mt="xs">
            {way === 'token' ? texts.signIn.tokenHint : texts.signIn.noAccount}
          </Text>
          {way === 'token' && (
            <div className={classes.command}>
              <Command line={texts.signIn.command} />
            </div>
          )}
        </div>
      </div>
    </main>
  );
}

const beginning = (url: string, back = '/stores') =>
  `${url}?${new URLSearchParams({ back }).toString()}`;

/** Who comes from the command line was not signed in before. */
const reasonOf = (back: string) =>
  back.startsWith('/cli?') ? texts.signIn.commandLine : texts.signIn.over;

function refusalOf(code: string): string {
  const { refusals } = texts.signIn;
  return code in refusals ? refusals[code as keyof typeof refusals] : refusals.other;
}

interface FieldsProps {
  wrong: boolean;
  pending: boolean;
  onChange: () => void;
  onSubmit: (proof: Proof) => void;
}

function PasswordFields({ wrong, pending, onChange, onSubmit }: FieldsProps) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [asked, setAsked] = useState(false);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (name.trim() === '' || password === '') return;
        onSubmit({ name: name.trim(), password });
      }}
    >
      <Stack gap="md">
        <TextInput
          label={texts.signIn.name}
          size="md"
          autoFocus
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          error={asked && name.trim() === '' && texts.signIn.nameEmpty}
          onChange={(event) => {
            setName(event.currentTarget.value);
            onChange();
          }}
        />
        <PasswordInput
          label={texts.signIn.password}
          size="md"
          autoComplete="current-password"
          value={password}
          aria-invalid={wrong || (asked && password === '')}
          error={
            wrong
              ? texts.signIn.passwordWrong
              : asked && password === '' && texts.signIn.passwordEmpty
          }
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            onChange();
          }}
        />
        <Button type="submit" size="md" fullWidth loading={pending}>
          {texts.signIn.submit}
        </Button>
      </Stack>
    </form>
  );
}

function TokenFields({ wrong, pending, onChange, onSubmit }: FieldsProps) {
  const [token, setToken] = useState('');
  const [empty, setEmpty] = useState(false);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const value = token.trim();
        setEmpty(value === '');
        if (value !== '') onSubmit({ token: value });
      }}
    >
      <Stack gap="md">
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
            onChange();
          }}
        />
        <Button type="submit" size="md" fullWidth loading={pending}>
          {texts.signIn.submit}
        </Button>
      </Stack>
    </form>
  );
}
