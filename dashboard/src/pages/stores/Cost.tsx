// What the store that is about to be created takes of the cluster, and of the places of the platform, as
// far as one sees who has the others.
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../api/may';
import type { Plan, Platform } from '../../api/model';
import { metricsQuery } from '../../api/platform';
import { texts } from '../../texts';

export function Cost({ plan, limits }: { plan: Plan; limits: Platform['limits'] }) {
  const { data: metrics } = useQuery(metricsQuery);
  const may = useMay();
  const most = limits.maxStores ?? null;
  return (
    <Text size="sm" c="dimmed">
      {texts.create.cost(plan.cpu, plan.memory, plan.storage)}{' '}
      {most !== null &&
        metrics !== undefined &&
        may('platform.read') &&
        texts.create.places(Math.max(0, most - metrics.stores.total), most)}
    </Text>
  );
}
