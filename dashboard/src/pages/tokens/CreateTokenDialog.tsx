// The form for a new token: what it is for, how much it may, and for how long.
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useCreateOwnToken } from '../../api/account';
import type { CreateToken, NewToken, Role, Scope } from '../../api/model';
import { useCreateMachineToken } from '../../api/people';
import { ProblemError, refusedAt } from '../../api/problem';
import { Dialog } from '../../components/Dialog';
import { Trouble } from '../../components/Trouble';
import { people, tokens } from '../../texts';
import { ROLES } from '../people/roles';
import { ENDS } from './ends';

const texts = tokens.create;
const SCOPES = Object.entries(tokens.scopes).map(([value, label]) => ({
  value: value as Scope,
  label,
}));

interface CreateTokenProps {
  onMade: (made: NewToken) => void;
  onClose: () => void;
}

export function CreateOwnTokenDialog(props: CreateTokenProps) {
  const create = useCreateOwnToken();
  return (
    <CreateTokenDialog
      {...props}
      title={texts.title}
      scope="read"
      pending={create.isPending}
      error={create.error}
      create={({ role: _none, ...body }, done) => {
        create.mutate(body, done);
      }}
    />
  );
}

export function CreateMachineTokenDialog(props: CreateTokenProps) {
  const create = useCreateMachineToken();
  return (
    <CreateTokenDialog
      {...props}
      title={texts.titleMachine}
      scope="write"
      withRole
      pending={create.isPending}
      error={create.error}
      create={(body, done) => {
        create.mutate(body, done);
      }}
    />
  );
}

interface Done {
  onSuccess: (made: NewToken) => void;
  onError: (error: Error) => void;
}

interface CreateTokenDialogProps extends CreateTokenProps {
  title: string;
  scope: Scope;
  withRole?: true;
  pending: boolean;
  error: Error | null;
  create: (body: CreateToken & { role: Role }, done: Done) => void;
}

function CreateTokenDialog(props: CreateTokenDialogProps) {
  const { title, scope, withRole, pending, error, create, onMade, onClose } = props;
  const form = useForm<{ name: string; role: Role; scope: Scope; days: string }>({
    initialValues: { name: '', role: 'operator', scope, days: '90' },
    clearInputErrorOnChange: true,
    validate: { name: (name) => (name.trim() === '' ? texts.nameEmpty : null) },
  });
  const submit = form.onSubmit(({ name, role, scope: chosen, days }) => {
    create(
      {
        name: name.trim(),
        role,
        scope: chosen,
        ...(days === '' ? {} : { expiresInDays: Number(days) }),
      },
      {
        onSuccess: (made) => {
          onClose();
          onMade(made);
        },
        onError: (failure) => {
          if (failure instanceof ProblemError) form.setErrors(failure.fields);
        },
      },
    );
  });
  const atFields = refusedAt(error, ['name', 'role', 'scope']);
  return (
    <Dialog title={title} closeLabel={texts.cancel} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={texts.name}
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          {withRole && (
            <NativeSelect
              label={texts.role}
              description={people.roleHints[form.values.role]}
              data={ROLES}
              {...form.getInputProps('role')}
            />
          )}
          <NativeSelect
            label={texts.scope}
            description={tokens.scopeHints[form.values.scope]}
            data={SCOPES}
            {...form.getInputProps('scope')}
          />
          <NativeSelect label={texts.expires} data={ENDS} {...form.getInputProps('days')} />
          {error !== null && !atFields && <Trouble title={texts.failed} error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.cancel}
            </Button>
            <Button type="submit" loading={pending}>
              {texts.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
