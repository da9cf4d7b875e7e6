// Names the stores that are about to be deleted, and asks for a typed confirmation.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Store } from '../../api/model';
import { Dialog } from '../../components/Dialog';
import { texts } from '../../texts';
import classes from './BulkDeleteDialog.module.css';

interface BulkDeleteDialogProps {
  stores: Store[];
  onClose: () => void;
  onConfirm: () => void;
}

export function BulkDeleteDialog({ stores, onClose, onConfirm }: BulkDeleteDialogProps) {
  const [typed, setTyped] = useState('');
  const words = texts.bulk.confirm(stores.length);
  const confirmed = typed.trim().toLowerCase() === words;
  const another = !words.startsWith(typed.trim().toLowerCase());
  return (
    <Dialog
      title={texts.bulk.deleteTitle(stores.length)}
      closeLabel={texts.bulk.keep}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (confirmed) onConfirm();
        }}
      >
        <Stack gap="md">
          <Text>{texts.bulk.deleteText}</Text>
          <ul className={classes.names} aria-label={texts.bulk.names} tabIndex={0}>
            {stores.map(({ id, name }) => (
              <li key={id}>{name}</li>
            ))}
          </ul>
          <TextInput
            data-autofocus
            label={texts.bulk.confirmLabel(words)}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            error={another && texts.bulk.another}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.bulk.keep}
            </Button>
            <Button type="submit" color="red" disabled={!confirmed}>
              {texts.delete.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
