// Asks for the store's name before it is deleted. Closes once the server has accepted; how far the
// deletion is, the page shows.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Store } from '../../api/model';
import { useDeleteStore } from '../../api/stores';
import { Dialog } from '../../components/Dialog';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';

const plain = (text: string) => text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');

/** The same name, however it was typed: spaces around and forms of one character do not matter. */
export function sameName(typed: string, name: string): boolean {
  return plain(typed) === plain(name);
}

export function DeleteDialog({ store, onClose }: { store: Store; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const remove = useDeleteStore(store.id);
  const confirmed = sameName(typed, store.name);
  const another = !plain(store.name).startsWith(plain(typed));
  return (
    <Dialog
      title={texts.delete.title(store.name)}
      closeLabel={texts.delete.cancel}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (confirmed) remove.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <Stack gap="md">
          <Text>{texts.delete.text}</Text>
          <TextInput
            data-autofocus
            label={texts.delete.label(store.name)}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            error={another && texts.delete.another}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          {remove.isError && <Trouble title={texts.delete.failed} error={remove.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.delete.cancel}
            </Button>
            <Button type="submit" color="red" disabled={!confirmed} loading={remove.isPending}>
              {texts.delete.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
