// The buttons at the head of a store: into the shop, and what can be asked of it right now.
import { ActionIcon, Box, Button, Group, Menu } from '@mantine/core';
import { useState } from 'react';
import { useMayWith } from '../../api/may';
import type { Store } from '../../api/model';
import { useCancelOperation, useRetryOperation, useSuspendStore } from '../../api/stores';
import { Confirm } from '../../components/Confirm';
import {
  IconDots,
  IconExternal,
  IconPause,
  IconPencil,
  IconPlay,
  IconRefresh,
  IconTrash,
  IconX,
} from '../../components/icons';
import { isWebAddress } from '../../components/ShopLink';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import { CancelDialog } from './CancelDialog';
import { useAdminTab } from './useAdminTab';

interface StoreActionsProps {
  store: Store;
  onEdit: () => void;
  onDelete: () => void;
}

export function StoreActions({ store, onEdit, onDelete }: StoreActionsProps) {
  const { operation } = store;
  const may = useMayWith(store.id);
  const retry = useRetryOperation(store.id);
  const cancel = useCancelOperation(store.id);
  const suspend = useSuspendStore(store.id);
  const admin = useAdminTab(store.id);
  const [pausing, setPausing] = useState(false);
  const [asking, setAsking] = useState(false);
  const running = operation?.state === 'running' || operation?.state === 'queued';
  const stopped = operation?.state === 'failed' || operation?.state === 'cancelled';
  const leaving = store.phase === 'Deleting';
  const open = store.phase === 'Ready' || store.phase === 'Degraded';
  const resumeFailed = pausing ? null : suspend.error;
  const failure = retry.error ?? cancel.error ?? admin.error ?? resumeFailed;

  return (
    <div>
      <Group gap="xs">
        {operation !== null && running && operation.kind !== 'delete' && may('store.cancel') && (
          <Button
            variant="default"
            leftSection={<IconX size={16} />}
            loading={cancel.isPending}
            disabled={operation.cancelRequested}
            onClick={() => {
              if (operation.kind === 'create') setAsking(true);
              else cancel.mutate({ id: operation.id });
            }}
          >
            {operation.cancelRequested ? texts.store.cancelling : texts.store.cancel}
          </Button>
        )}
        {operation !== null && stopped && may('store.cancel') && (
          <Button
            leftSection={<IconRefresh size={16} />}
            loading={retry.isPending}
            onClick={() => {
              retry.mutate(operation.id);
            }}
          >
            {texts.store.retry}
          </Button>
        )}
        {store.phase === 'Suspended' && may('store.change') && (
          <Button
            leftSection={<IconPlay size={16} />}
            loading={suspend.isPending}
            onClick={() => {
              suspend.mutate(false);
            }}
          >
            {texts.store.resume}
          </Button>
        )}
        {open && isWebAddress(store.url) && (
          <>
            {may('store.credentials') ? (
              <Button variant="default" loading={admin.isPending} onClick={admin.openTab}>
                {texts.store.openAdmin}
              </Button>
            ) : (
              <Button
                variant="default"
                component="a"
                href={store.adminUrl}
                target="_blank"
                rel="noreferrer"
              >
                {texts.store.openAdmin}
              </Button>
            )}
            <Button
              component="a"
              href={store.url}
              target="_blank"
              rel="noreferrer"
              variant={stopped ? 'default' : 'filled'}
              rightSection={<IconExternal size={15} />}
            >
              {texts.store.openShop}
            </Button>
          </>
        )}
        {!leaving && (may('store.change') || may('store.delete')) && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size={36} variant="default" aria-label={texts.store.more}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {may('store.change') && (
                <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
                  {texts.store.rename}
                </Menu.Item>
              )}
              {open && may('store.change') && (
                <Menu.Item
                  leftSection={<IconPause size={16} />}
                  onClick={() => {
                    suspend.reset();
                    setPausing(true);
                  }}
                >
                  {texts.store.suspend}
                </Menu.Item>
              )}
              {may('store.delete') && (
                <>
                  <Menu.Divider />
                  <Menu.Item
                    className="danger-item"
                    leftSection={<IconTrash size={16} />}
                    onClick={onDelete}
                  >
                    {texts.store.delete}
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {asking && operation !== null && running && (
        <CancelDialog
          store={store}
          operation={operation}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
      {pausing && (
        <Confirm
          title={texts.store.suspendTitle(store.name)}
          text={texts.store.suspendText}
          submit={texts.store.suspendNow}
          cancel={texts.store.keepRunning}
          failed={texts.store.actionFailed}
          error={suspend.error}
          pending={suspend.isPending}
          onConfirm={() => {
            suspend.mutate(true, {
              onSuccess: () => {
                setPausing(false);
              },
            });
          }}
          onClose={() => {
            setPausing(false);
          }}
        />
      )}
      {failure !== null && (
        <Box mt="sm">
          <Trouble title={texts.store.actionFailed} error={failure} />
        </Box>
      )}
    </div>
  );
}
