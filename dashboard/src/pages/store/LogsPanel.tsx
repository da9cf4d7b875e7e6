// The logs of a store's containers, behind a click: one container at a time, followed if wanted,
// narrowed to lines with a word, saved as a file.
import { Button, Group, NativeSelect, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Store } from '../../api/model';
import { CONTAINERS, logAddress, type Container } from '../../api/logs';
import { IconDownload, IconSearch } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import { LogLines } from './LogLines';
import classes from './LogsPanel.module.css';
import { useLog } from './useLog';

const TAILS = ['200', '1000', '10000'];
/** As much as the server gives. */
const MOST = 10_000;

export function LogsPanel({ store }: { store: Store }) {
  const [open, setOpen] = useState(false);
  if (open) return <Logs store={store} />;
  return (
    <Panel title={texts.logs.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {texts.logs.text}
      </Text>
      <Button
        variant="default"
        onClick={() => {
          setOpen(true);
        }}
      >
        {texts.logs.show}
      </Button>
    </Panel>
  );
}

function Logs({ store }: { store: Store }) {
  const [container, setContainer] = useState<Container>('php');
  const [tail, setTail] = useState('200');
  const [follow, setFollow] = useState(true);
  const [search, setSearch] = useState('');
  const log = useLog(store.id, { container, tail: Number(tail), follow });
  const wanted = search.trim().toLowerCase();
  const shown =
    wanted === '' ? log.lines : log.lines.filter((line) => line.toLowerCase().includes(wanted));

  return (
    <Panel
      title={texts.logs.title}
      aside={
        <Text size="sm" c="dimmed" className="numbers" role="status">
          {wanted === ''
            ? texts.logs.lines(log.lines.length)
            : texts.logs.found(shown.length, log.lines.length)}
        </Text>
      }
    >
      <div className={classes.tools}>
        <NativeSelect
          aria-label={texts.logs.container}
          value={container}
          data={CONTAINERS.map((value) => ({ value, label: texts.logs.containers[value] }))}
          onChange={(event) => {
            setContainer(CONTAINERS.find((one) => one === event.currentTarget.value) ?? 'php');
          }}
        />
        <NativeSelect
          aria-label={texts.logs.tail}
          value={tail}
          data={TAILS.map((value) => ({ value, label: texts.logs.last(Number(value)) }))}
          onChange={(event) => {
            setTail(event.currentTarget.value);
          }}
        />
        <TextInput
          type="search"
          className={classes.search ?? ''}
          aria-label={texts.logs.search}
          placeholder={texts.logs.searchHint}
          leftSection={<IconSearch size={16} />}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <Switch
          label={texts.logs.follow}
          checked={follow}
          onChange={(event) => {
            setFollow(event.currentTarget.checked);
          }}
        />
        <Button
          variant="default"
          component="a"
          href={logAddress(store.id, container, MOST)}
          download={`${store.slug}-${container}.log`}
          leftSection={<IconDownload size={16} />}
        >
          {texts.logs.download}
        </Button>
      </div>
      {log.error !== null && <Trouble error={log.error} onRetry={log.again} />}
      <LogLines
        lines={shown}
        label={texts.logs.of(texts.logs.containers[container])}
        none={log.state === 'reading' ? texts.logs.waiting : texts.logs.none}
      />
      {log.state === 'ended' && follow && log.error === null && (
        <Group mt="sm" gap="sm">
          <Text size="sm" c="dimmed">
            {texts.logs.ended}
          </Text>
          <Button size="compact-sm" variant="default" onClick={log.again}>
            {texts.logs.again}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
