// All stores: what narrows and orders them, what can be asked of many at once, and the way to a new
// one. What narrows the table is in the address; the rows come from the cache that live updates keep
// fresh.
import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef } from 'react';
import { useMay } from '../../api/may';
import type { StoreFilter } from '../../api/model';
import { storesQuery } from '../../api/stores';
import { IconPlus } from '../../components/icons';
import { Page } from '../../components/Page';
import { Trouble } from '../../components/Trouble';
import type { StoresSearch } from '../../router';
import { texts } from '../../texts';
import { BulkBar } from './BulkBar';
import { CreateStoreDialog } from './CreateStoreDialog';
import { EmptyStores } from './EmptyStores';
import { Filters } from './Filters';
import { useSelection } from './selection';
import { StoreCards } from './StoreCards';
import classes from './StoresPage.module.css';
import { StoreTable } from './StoreTable';

const route = getRouteApi('/shell/stores');

export function StoresPage() {
  const { create, ...wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const phone = useMediaQuery('(max-width: 760px)', undefined, { getInitialValueInEffect: false });
  const filter: StoreFilter = { sort: '-createdAt', ...wanted };
  const stores = useInfiniteQuery(storesQuery(filter));
  const searchField = useRef<HTMLInputElement>(null);

  const narrow = (next: StoresSearch) =>
    void navigate({
      replace: true,
      search: ({ create: open }) => (open === undefined ? next : { ...next, create: open }),
    });
  const openCreate = () => {
    if (may('stores.create')) void navigate({ search: (before) => ({ ...before, create: true }) });
  };
  const closeCreate = () => {
    void navigate({ search: ({ create: _open, ...rest }) => rest, replace: true });
  };
  useHotkeys([
    ['/', () => searchField.current?.focus()],
    ['c', openCreate],
  ]);

  const rows = stores.data?.pages.flatMap((page) => page.items) ?? [];
  const total = stores.data?.pages[0]?.total ?? 0;
  const { sort: _sort, ...narrowing } = wanted;
  const narrowed = Object.keys(narrowing).length > 0;
  const empty = stores.isSuccess && rows.length === 0;
  const selection = useSelection(rows);
  const more = () => {
    if (stores.hasNextPage && !stores.isFetching) void stores.fetchNextPage();
  };

  return (
    <Page
      title={texts.stores.title}
      lead={stores.isSuccess && !(empty && !narrowed) ? texts.stores.total(total) : undefined}
      actions={
        may('stores.create') && (
          <Button leftSection={<IconPlus size={16} />} onClick={openCreate}>
            {texts.stores.create}
          </Button>
        )
      }
    >
      {empty && !narrowed ? (
        <EmptyStores onCreate={openCreate} />
      ) : (
        <Stack gap="md">
          <Filters
            value={wanted}
            onChange={narrow}
            searchField={searchField}
            owners={rows.map(({ owner }) => owner)}
            withSort={phone}
          />
          <BulkBar selection={selection} />
          {stores.isError && <Trouble error={stores.error} onRetry={() => void stores.refetch()} />}
          {stores.isPending && <Skeleton height={240} radius="lg" />}
          {empty && <NoMatch onAll={() => void navigate({ search: {} })} />}
          {rows.length > 0 &&
            (phone ? (
              <StoreCards stores={rows} selection={selection} onEnd={more} />
            ) : (
              <StoreTable
                stores={rows}
                total={total}
                sort={filter.sort}
                onSort={(sort) => {
                  narrow({ ...wanted, sort });
                }}
                selection={selection}
                onEnd={more}
              />
            ))}
          {stores.hasNextPage && (
            <div className={classes.more}>
              <Text c="dimmed" size="sm">
                {texts.shown(rows.length, total)}
              </Text>
              <Button
                variant="default"
                loading={stores.isFetchingNextPage}
                onClick={() => void stores.fetchNextPage()}
              >
                {texts.more}
              </Button>
            </div>
          )}
        </Stack>
      )}
      {create === true && may('stores.create') && <CreateStoreDialog onClose={closeCreate} />}
    </Page>
  );
}

function NoMatch({ onAll }: { onAll: () => void }) {
  return (
    <div className={classes.none}>
      <Text fw={600}>{texts.stores.none}</Text>
      <Text c="dimmed" mb="md">
        {texts.stores.noneText}
      </Text>
      <Button variant="default" onClick={onAll}>
        {texts.stores.showAll}
      </Button>
    </div>
  );
}
