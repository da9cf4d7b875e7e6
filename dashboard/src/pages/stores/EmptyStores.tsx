// What stands here before the first store: what a store is, and both ways to make one, for who may.
import { Button, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { meQuery, useMay } from '../../api/may';
import { Command } from '../../components/Command';
import { IconPlus } from '../../components/icons';
import { Mark } from '../../components/Mark';
import { texts } from '../../texts';
import classes from './EmptyStores.module.css';

export function EmptyStores({ onCreate }: { onCreate: () => void }) {
  const may = useMay();
  const { data: me } = useQuery(meQuery);
  const others = me !== undefined && !may('stores.create');
  return (
    <div className={classes.empty} data-alone={others || undefined}>
      <Mark size={52} />
      <Title order={2} size="h3">
        {others ? texts.stores.emptyOthersTitle : texts.stores.emptyTitle}
      </Title>
      <Text c="dimmed" maw={480}>
        {others ? texts.stores.emptyOthers : texts.stores.emptyText}
      </Text>
      {!others && <HowTo onCreate={may('stores.create') ? onCreate : undefined} />}
    </div>
  );
}

/** Both ways to make a store, and what happens then. */
function HowTo({ onCreate }: { onCreate: (() => void) | undefined }) {
  return (
    <>
      {onCreate !== undefined && (
        <Button size="md" leftSection={<IconPlus size={18} />} onClick={onCreate}>
          {texts.stores.create}
        </Button>
      )}
      <div className={classes.cli}>
        <Text size="sm" c="dimmed">
          {texts.stores.emptyCli}
        </Text>
        <Command line={texts.stores.emptyCommand} />
      </div>
      <ol className={classes.steps}>
        {texts.stores.emptySteps.map(([title, text]) => (
          <li key={title}>
            <Text fw={600} size="sm">
              {title}
            </Text>
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          </li>
        ))}
      </ol>
    </>
  );
}
