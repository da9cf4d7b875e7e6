// Changes one's password. What was typed is forgotten once it was sent.
import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useChangePassword } from '../../api/account';
import { ProblemError, refusedAt } from '../../api/problem';
import { Notice } from '../../components/Notice';
import { Panel } from '../../components/Panel';
import { PasswordRules } from '../../components/PasswordRules';
import { Trouble } from '../../components/Trouble';
import { account } from '../../texts';
import { passwordRules } from '../../components/password';

const texts = account.password;

export function PasswordPanel({ name }: { name: string }) {
  const change = useChangePassword();
  const form = useForm({
    initialValues: { current: '', new: '' },
    clearInputErrorOnChange: true,
    validate: {
      current: (value) => (value === '' ? texts.currentEmpty : null),
      new: (value) => (passwordRules(value).every(({ met }) => met) ? null : texts.rulesBroken),
    },
  });
  const submit = form.onSubmit((values) => {
    change.mutate(values, {
      onSuccess: () => {
        form.reset();
      },
      onError: (error) => {
        if (error instanceof ProblemError) form.setErrors(error.fields);
      },
    });
  });
  const atFields = refusedAt(change.error, ['current', 'new']);
  return (
    <Panel title={texts.title}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {texts.text}
          </Text>
          {change.isSuccess && <Notice kind="info">{texts.done}</Notice>}
          {change.isError && !atFields && <Trouble title={texts.failed} error={change.error} />}
          {/* Password managers keep the new one for this name. */}
          <input
            className="visually-hidden"
            autoComplete="username"
            tabIndex={-1}
            aria-hidden="true"
            readOnly
            value={name}
          />
          <PasswordInput
            label={texts.current}
            autoComplete="current-password"
            aria-invalid={form.errors.current !== undefined}
            {...form.getInputProps('current')}
          />
          <PasswordInput
            label={texts.new}
            autoComplete="new-password"
            aria-invalid={form.errors.new !== undefined}
            {...form.getInputProps('new')}
          />
          <PasswordRules value={form.values.new} strength={account.rules} />
          <Button type="submit" loading={change.isPending}>
            {texts.submit}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
