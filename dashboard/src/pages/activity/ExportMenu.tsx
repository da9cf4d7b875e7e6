// Saves all entries that fit the filters, not only those that are shown.
import { Button, Group, Menu, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AuditFilter } from '../../api/model';
import { readAudit } from '../../api/platform';
import { IconDownload } from '../../components/icons';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import { save, type ExportFormat } from './export';

export function ExportMenu({ filter }: { filter: AuditFilter }) {
  const [progress, setProgress] = useState({ read: 0, total: 0 });
  const stop = useRef<AbortController | null>(null);
  const writing = useMutation({
    gcTime: 0,
    mutationFn: async (format: ExportFormat) => {
      const controller = new AbortController();
      stop.current = controller;
      setProgress({ read: 0, total: 0 });
      try {
        const entries = await readAudit(filter, controller.signal, (read, total) => {
          setProgress({ read, total });
        });
        save(entries, format);
      } catch (error) {
        if (!controller.signal.aborted) throw error;
      }
    },
  });
  useEffect(() => () => stop.current?.abort(), []);

  return (
    <div>
      <Group gap="sm">
        {writing.isPending && (
          <>
            <Text size="sm" c="dimmed" className="numbers" role="status">
              {texts.activity.exporting(progress.read, progress.total)}
            </Text>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              onClick={() => stop.current?.abort()}
            >
              {texts.activity.stopExport}
            </Button>
          </>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconDownload size={16} />}
              loading={writing.isPending}
            >
              {texts.activity.export}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() => {
                writing.mutate('csv');
              }}
            >
              {texts.activity.csv}
            </Menu.Item>
            <Menu.Item
              onClick={() => {
                writing.mutate('jsonl');
              }}
            >
              {texts.activity.jsonLines}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {writing.isError && <Trouble title={texts.activity.exportFailed} error={writing.error} />}
    </div>
  );
}
