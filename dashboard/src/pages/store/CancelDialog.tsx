// Asks what becomes of what a creation made so far, before it is cancelled: keep it for a retry, or
// delete the store with it.
import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Operation, Store } from '../../api/model';
import { useCancelOperation, type Created } from '../../api/stores';
import { Dialog } from '../../components/Dialog';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';

interface CancelDialogProps {
  store: Store;
  operation: Operation;
  onClose: () => void;
}

export function CancelDialog({ store, operation, onClose }: CancelDialogProps) {
  const [created, setCreated] = useState<Created>('keep');
  const cancel = useCancelOperation(store.id);
  return (
    <Dialog
      title={texts.cancel.title(store.name)}
      closeLabel={texts.cancel.close}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          cancel.mutate({ id: operation.id, created }, { onSuccess: onClose });
        }}
      >
        <Stack gap="md">
          <Text>{texts.cancel.text}</Text>
          <Radio.Group
            label={texts.cancel.label}
            value={created}
            onChange={(value) => {
              setCreated(value === 'remove' ? 'remove' : 'keep');
            }}
          >
            <Stack gap="xs" mt="xs">
              <Radio data-autofocus value="keep" {...texts.cancel.keep} />
              <Radio value="remove" {...texts.cancel.remove} />
            </Stack>
          </Radio.Group>
          {cancel.isError && <Trouble title={texts.store.actionFailed} error={cancel.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.cancel.close}
            </Button>
            <Button
              type="submit"
              loading={cancel.isPending}
              {...(created === 'remove' ? { color: 'red' } : {})}
            >
              {texts.cancel.submit[created]}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
