// Whether Souk sets back what others change of the store on the cluster.
import { Switch, Text } from '@mantine/core';
import type { Store } from '../../api/model';
import { useUpdateStore } from '../../api/stores';
import { Panel } from '../../components/Panel';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';

/** `fixed` for who may only see how it is. */
export function RepairPanel({ store, fixed }: { store: Store; fixed: boolean }) {
  const update = useUpdateStore({ id: store.id });
  const on = (update.variables?.repair ?? store.repair) === 'on';
  return (
    <Panel title={texts.repair.title}>
      <Switch
        label={texts.repair.label}
        checked={update.isPending ? on : store.repair === 'on'}
        disabled={update.isPending || fixed}
        onChange={(event) => {
          update.mutate({ repair: event.currentTarget.checked ? 'on' : 'off' });
        }}
      />
      <Text size="sm" c="dimmed" mt="xs">
        {store.repair === 'on' ? texts.repair.on : texts.repair.off}
      </Text>
      {update.isError && <Trouble title={texts.repair.failed} error={update.error} />}
    </Panel>
  );
}
