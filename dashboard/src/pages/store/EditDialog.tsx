// Renames a store or moves it to another address. Sends only what changed, and only onto the state
// that the form was opened with (If-Match); a collision with somebody else is said, not overwritten.
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Store, UpdateStore } from '../../api/model';
import { isProblem, ProblemError, refusedAt } from '../../api/problem';
import { storeQuery, useUpdateStore } from '../../api/stores';
import { Notice } from '../../components/Notice';
import { Dialog } from '../../components/Dialog';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import { AddressField } from '../stores/AddressField';

export function EditDialog({ store, onClose }: { store: Store; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [base, setBase] = useState(store);
  // Steps of an operation change the revision too; only somebody else's rename is a collision.
  const same = store.name === base.name && store.slug === base.slug;
  const update = useUpdateStore(same ? store : base);
  const form = useForm({
    initialValues: { name: store.name, slug: store.slug },
    clearInputErrorOnChange: true,
    validate: { name: (name) => (name.trim() === '' ? texts.create.nameEmpty : null) },
  });

  const changes: UpdateStore = {
    ...(form.values.name.trim() === base.name ? {} : { name: form.values.name.trim() }),
    ...(form.values.slug === base.slug ? {} : { slug: form.values.slug }),
  };
  const moves = 'slug' in changes;
  const collided = isProblem(update.error, 412);
  const atFields = refusedAt(update.error, ['name', 'slug']);

  /** Somebody else was faster: take their values where nothing was typed, and say so. */
  const startOver = async () => {
    const fresh = await queryClient.query({ ...storeQuery(store.id), staleTime: 0 });
    if (!form.isDirty('name')) form.setFieldValue('name', fresh.name);
    if (!form.isDirty('slug')) form.setFieldValue('slug', fresh.slug);
    setBase(fresh);
  };

  const submit = form.onSubmit(() => {
    update.mutate(changes, {
      onSuccess: onClose,
      onError: (error) => {
        if (error instanceof ProblemError) form.setErrors(error.fields);
        if (isProblem(error, 412)) void startOver();
      },
    });
  });

  return (
    <Dialog title={texts.edit.title} closeLabel={texts.edit.cancel} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={texts.create.name}
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          <AddressField
            name={form.values.name}
            slug={form.values.slug}
            own={base.slug}
            error={form.errors.slug}
            onChange={(slug) => {
              form.setFieldValue('slug', slug ?? base.slug);
            }}
          />
          {moves && <Notice kind="warn">{texts.edit.moves}</Notice>}
          {update.isError && !atFields && (
            <Trouble
              title={texts.edit.failed}
              error={collided ? new Error(texts.edit.changed) : update.error}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.edit.cancel}
            </Button>
            <Button
              type="submit"
              loading={update.isPending}
              disabled={Object.keys(changes).length === 0}
            >
              {texts.edit.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
