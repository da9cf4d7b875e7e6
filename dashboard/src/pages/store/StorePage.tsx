// One store: what it is doing, whether it is well, how to get in, what happened, what can be done.
import { Anchor, Button, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMayWith } from '../../api/may';
import { isProblem } from '../../api/problem';
import { storeQuery } from '../../api/stores';
import { IconChevronLeft } from '../../components/icons';
import { Notice } from '../../components/Notice';
import { Page } from '../../components/Page';
import { PhaseBadge } from '../../components/PhaseBadge';
import { ShopLink } from '../../components/ShopLink';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import { Conditions } from './Conditions';
import { CredentialsPanel } from './CredentialsPanel';
import { DangerPanel } from './DangerPanel';
import { DeleteDialog } from './DeleteDialog';
import { DetailsPanel } from './DetailsPanel';
import { EditDialog } from './EditDialog';
import { LogsPanel } from './LogsPanel';
import { ProgressPanel } from './ProgressPanel';
import { RepairPanel } from './RepairPanel';
import { StoreActions } from './StoreActions';
import classes from './StorePage.module.css';
import { Timeline } from './Timeline';
import { UsagePanel } from './UsagePanel';

const route = getRouteApi('/shell/stores/$id');

export function StorePage() {
  const { id } = route.useParams();
  const { data: store, error, isPending, refetch } = useQuery(storeQuery(id));
  const may = useMayWith(id);
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const close = () => {
    setDialog(null);
  };

  if (isProblem(error, 404) || isProblem(error, 410)) {
    const gone = error.status === 410;
    return (
      <Stopped
        title={gone ? texts.store.gone : texts.store.unknown}
        text={gone ? texts.store.goneText : texts.store.unknownText}
      />
    );
  }
  if (isPending) return <Skeleton height={320} radius="lg" />;
  if (store === undefined) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (store.phase === 'Deleted') {
    return <Stopped title={texts.store.gone} text={`${store.name}: ${texts.store.goneText}`} />;
  }

  const leaving = store.phase === 'Deleting';
  return (
    <>
      <BackLink />
      <Page
        title={store.name}
        lead={
          <span className={classes.lead}>
            <PhaseBadge phase={store.phase} large />
            <ShopLink url={store.url} />
          </span>
        }
        actions={
          <StoreActions
            store={store}
            onEdit={() => {
              setDialog('edit');
            }}
            onDelete={() => {
              setDialog('delete');
            }}
          />
        }
      >
        <Stack gap="md" mb="md">
          <p className={classes.sentence} data-phase={store.phase} role="status">
            {store.message}
          </p>
          {store.phase === 'Ready' && !store.ordersPossible && (
            <Notice kind="warn" title={texts.store.plainTitle}>
              {texts.store.plainText}
            </Notice>
          )}
        </Stack>
        <div className={classes.columns}>
          <div className={classes.column}>
            {store.operation && (
              <ProgressPanel operation={store.operation} next={store.nextOperation} />
            )}
            <div className={classes.timeline}>
              {!leaving && <UsagePanel key={`${store.id} usage`} id={store.id} />}
              {may('store.logs') && <LogsPanel key={store.id} store={store} />}
              <Timeline id={store.id} />
            </div>
          </div>
          <div className={classes.column}>
            {!leaving && may('store.credentials') && (
              <CredentialsPanel key={store.id} id={store.id} />
            )}
            <Conditions conditions={store.conditions} />
            <DetailsPanel store={store} />
            {!leaving && <RepairPanel store={store} fixed={!may('store.change')} />}
            {!leaving && may('store.delete') && (
              <DangerPanel
                onDelete={() => {
                  setDialog('delete');
                }}
              />
            )}
          </div>
        </div>
        {dialog === 'edit' && <EditDialog store={store} onClose={close} />}
        {dialog === 'delete' && <DeleteDialog store={store} onClose={close} />}
      </Page>
    </>
  );
}

function BackLink() {
  return (
    <Anchor
      className={classes.back ?? ''}
      size="sm"
      c="dimmed"
      renderRoot={(props) => <Link to="/stores" {...props} />}
    >
      <IconChevronLeft size={15} />
      {texts.store.back}
    </Anchor>
  );
}

function Stopped({ title, text }: { title: string; text: string }) {
  return (
    <Page title={title}>
      <Text c="dimmed" mb="md" maw={520}>
        {text}
      </Text>
      <Button variant="default" renderRoot={(props) => <Link to="/stores" {...props} />}>
        {texts.errors.toStores}
      </Button>
    </Page>
  );
}
