// What can be asked of the chosen stores at once, and how it went; what fits none of them, or is not
// allowed with any, is left out. Deleting asks for a typed confirmation first.
import { Button, CloseButton, Text } from '@mantine/core';
import { useState } from 'react';
import { useMayWithEach } from '../../api/may';
import type { Need, Store } from '../../api/model';
import { sentence } from '../../api/problem';
import { useBulk, type BulkWish } from '../../api/stores';
import { IconRefresh, IconTrash } from '../../components/icons';
import { Notice } from '../../components/Notice';
import { texts } from '../../texts';
import classes from './BulkBar.module.css';
import { BulkDeleteDialog } from './BulkDeleteDialog';
import type { Selection } from './selection';

const retriable = ({ operation }: Store) =>
  operation?.state === 'failed' || operation?.state === 'cancelled';
const leaving = ({ phase }: Store) => phase === 'Deleting' || phase === 'Deleted';

export function BulkBar({ selection }: { selection: Selection }) {
  const [finished, setFinished] = useState(0);
  const [deleting, setDeleting] = useState(false);
  const bulk = useBulk(setFinished);
  const { stores } = selection;
  const may = useMayWithEach(stores.map(({ id }) => id));
  const allowed = (need: Need) => stores.filter(({ id }) => may(need, id));
  const staying = (need: Need) => allowed(need).filter((store) => !leaving(store));
  const able: Record<BulkWish, Store[]> = {
    retry: allowed('store.cancel').filter(retriable),
    delete: staying('store.delete'),
    'repair-on': staying('store.change').filter(({ repair }) => repair === 'off'),
    'repair-off': staying('store.change').filter(({ repair }) => repair === 'on'),
  };
  const ask = (wish: BulkWish) => {
    setFinished(0);
    bulk.mutate({ stores: able[wish], wish }, { onSuccess: selection.clear });
  };
  const asked = bulk.variables?.stores.length ?? 0;
  const button = (wish: BulkWish) => ({
    size: 'compact-sm',
    variant: 'default',
    disabled: bulk.isPending,
    children: texts.bulk.wishes[wish](able[wish].length),
  });

  return (
    <>
      {stores.length > 0 && (
        <div className={classes.bar} role="toolbar" aria-label={texts.bulk.label}>
          <Text fw={550} className={classes.count ?? ''}>
            {texts.bulk.selected(stores.length)}
          </Text>
          {(['retry', 'repair-on', 'repair-off'] as const)
            .filter((wish) => able[wish].length > 0)
            .map((wish) => (
              <Button
                key={wish}
                {...button(wish)}
                leftSection={wish === 'retry' && <IconRefresh size={15} />}
                onClick={() => {
                  ask(wish);
                }}
              />
            ))}
          {able.delete.length > 0 && (
            <Button
              {...button('delete')}
              variant="outline"
              color="red"
              leftSection={<IconTrash size={15} />}
              onClick={() => {
                setDeleting(true);
              }}
            />
          )}
          {Object.values(able).every((fitting) => fitting.length === 0) && (
            <Text c="dimmed">{texts.bulk.nothing}</Text>
          )}
          <CloseButton aria-label={texts.bulk.clear} onClick={selection.clear} />
        </div>
      )}
      <div role="status" className={classes.status}>
        {bulk.isPending && <Text c="dimmed">{texts.bulk.running(finished, asked)}</Text>}
        {bulk.isSuccess && bulk.data.refused.length === 0 && (
          <Text c="dimmed">{texts.bulk.accepted(bulk.data.done.length)}</Text>
        )}
      </div>
      {bulk.isSuccess && bulk.data.refused.length > 0 && (
        <Notice kind="bad" title={texts.bulk.refused(bulk.data.refused.length, asked)}>
          <ul className={classes.refused}>
            {bulk.data.refused.map(({ store, error }) => (
              <li key={store.id}>
                {store.name}: {sentence(error)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {deleting && (
        <BulkDeleteDialog
          stores={able.delete}
          onClose={() => {
            setDeleting(false);
          }}
          onConfirm={() => {
            setDeleting(false);
            ask('delete');
          }}
        />
      )}
    </>
  );
}
