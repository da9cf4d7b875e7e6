// Asks once more before something that is felt at once.
import { Button, Group, Stack, Text } from '@mantine/core';
import { Dialog } from './Dialog';
import { Trouble } from './Trouble';

interface ConfirmProps {
  title: string;
  text: string;
  submit: string;
  cancel: string;
  failed: string;
  error: Error | null;
  pending: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm(props: ConfirmProps) {
  const { title, text, submit, cancel, failed, error, pending, onConfirm, onClose } = props;
  return (
    <Dialog title={title} closeLabel={cancel} onClose={onClose}>
      <Stack gap="md">
        <Text>{text}</Text>
        {error !== null && <Trouble title={failed} error={error} />}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={onClose}>
            {cancel}
          </Button>
          <Button color="red" loading={pending} onClick={onConfirm}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
