// Something that is shown once: a link or a token, in a dialog that says so. It lives in the state of
// whoever opened the dialog, and in no cache.
import { Button, Group, Stack, Text } from '@mantine/core';
import { texts } from '../texts';
import { CopyButton } from './CopyButton';
import { Dialog } from './Dialog';
import classes from './Secret.module.css';

interface SecretProps {
  title: string;
  text: string;
  label: string;
  what: string;
  value: string;
  closeLabel: string;
  onClose: () => void;
}

export function Secret({ title, text, label, what, value, closeLabel, onClose }: SecretProps) {
  return (
    <Dialog title={title} closeLabel={texts.close} onClose={onClose} keep>
      <Stack gap="md">
        <Text>{text}</Text>
        <div className={classes.line} role="group" aria-label={label}>
          <code>{value}</code>
          <CopyButton value={value} what={what} />
        </div>
        <Group justify="flex-end">
          <Button data-autofocus onClick={onClose}>
            {closeLabel}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
