// The form for a new account. It asks for no password: whoever gets the link chooses one.
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Invite, Role } from '../../api/model';
import { useCreateUser } from '../../api/people';
import { ProblemError, refusedAt } from '../../api/problem';
import { Dialog } from '../../components/Dialog';
import { Trouble } from '../../components/Trouble';
import { people } from '../../texts';
import { ROLES } from './roles';

interface CreateUserDialogProps {
  onMade: (link: Invite) => void;
  onClose: () => void;
}

export function CreateUserDialog({ onMade, onClose }: CreateUserDialogProps) {
  const create = useCreateUser();
  const form = useForm<{ name: string; role: Role }>({
    initialValues: { name: '', role: 'none' },
    clearInputErrorOnChange: true,
    validate: { name: (name) => (name.trim() === '' ? people.create.nameEmpty : null) },
  });
  const submit = form.onSubmit(({ name, role }) => {
    create.mutate(
      { name: name.trim(), role },
      {
        onSuccess: (link) => {
          onClose();
          onMade(link);
        },
        onError: (error) => {
          if (error instanceof ProblemError) form.setErrors(error.fields);
        },
      },
    );
  });
  const atFields = refusedAt(create.error, ['name', 'role']);
  return (
    <Dialog title={people.create.title} closeLabel={people.create.cancel} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={people.create.name}
            description={people.create.nameHint}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            {...form.getInputProps('name')}
          />
          <NativeSelect
            label={people.create.role}
            description={people.roleHints[form.values.role]}
            data={ROLES}
            {...form.getInputProps('role')}
          />
          {create.isError && !atFields && (
            <Trouble title={people.create.failed} error={create.error} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {people.create.cancel}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {people.create.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
