// Where a one-time link leads: a password is chosen. The link's secret stands behind `#`; it is taken
// out of the address at once, so that no history and no screen shows it.
import { Button, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useAcceptInvite } from '../../api/account';
import { isProblem, ProblemError } from '../../api/problem';
import { Mark } from '../../components/Mark';
import { Notice } from '../../components/Notice';
import { PasswordRules } from '../../components/PasswordRules';
import { Trouble } from '../../components/Trouble';
import { account, invite, texts } from '../../texts';
import { passwordRules } from '../../components/password';
import classes from '../sign-in/SignInPage.module.css';

export function InvitePage() {
  useDocumentTitle(texts.titled(invite.title));
  const [token] = useState(() => window.location.hash.slice(1));
  const accept = useAcceptInvite();
  const over = isProblem(accept.error, 410);
  useEffect(() => {
    if (window.location.hash !== '') {
      window.history.replaceState(window.history.state, '', window.location.pathname);
    }
  }, []);
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Mark size={44} />
        <Title order={1} className={classes.title ?? ''}>
          {invite.title}
        </Title>
        <Text c="dimmed" mb="lg">
          {invite.lead}
        </Text>
        {token === '' ? (
          <Notice kind="bad">{invite.missing}</Notice>
        ) : over ? (
          <Notice kind="bad">{invite.over}</Notice>
        ) : accept.isSuccess ? (
          <Done name={accept.data.name} />
        ) : (
          <Form
            error={accept.error}
            pending={accept.isPending}
            onChange={() => {
              if (accept.isError) accept.reset();
            }}
            onSubmit={(password) => {
              accept.mutate({ token, password });
            }}
          />
        )}
      </div>
    </main>
  );
}

function Done({ name }: { name: string }) {
  return (
    <Stack gap="md">
      <Notice kind="info">{invite.done(name)}</Notice>
      <Button size="md" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
        {invite.signIn}
      </Button>
    </Stack>
  );
}

interface FormProps {
  error: Error | null;
  pending: boolean;
  onChange: () => void;
  onSubmit: (password: string) => void;
}

function Form({ error, pending, onChange, onSubmit }: FormProps) {
  const [password, setPassword] = useState('');
  const [broken, setBroken] = useState(false);
  const refused = error instanceof ProblemError ? error.fields.password : undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const kept = passwordRules(password).every(({ met }) => met);
        setBroken(!kept);
        if (kept) onSubmit(password);
      }}
    >
      <Stack gap="md">
        {error !== null && refused === undefined && <Trouble title={invite.failed} error={error} />}
        <PasswordInput
          label={invite.password}
          size="md"
          autoFocus
          autoComplete="new-password"
          value={password}
          aria-invalid={broken || refused !== undefined}
          error={broken ? invite.rulesBroken : refused}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            setBroken(false);
            onChange();
          }}
        />
        <PasswordRules value={password} strength={account.rules} />
        <Button type="submit" size="md" fullWidth loading={pending}>
          {invite.submit}
        </Button>
      </Stack>
    </form>
  );
}
