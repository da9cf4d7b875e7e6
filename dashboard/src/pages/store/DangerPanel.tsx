// The way to delete a store, apart from everything harmless.
import { Button, Text } from '@mantine/core';
import { IconTrash } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { texts } from '../../texts';

export function DangerPanel({ onDelete }: { onDelete: () => void }) {
  return (
    <Panel title={texts.store.dangerTitle}>
      <Text size="sm" c="dimmed" mb="sm">
        {texts.store.dangerText}
      </Text>
      <Button
        variant="outline"
        color="red"
        leftSection={<IconTrash size={16} />}
        onClick={onDelete}
      >
        {texts.store.delete}
      </Button>
    </Panel>
  );
}
