// All stores: search, phases, order, and the way to a new one. What narrows the table is in the
// address; the rows come from the cache that live updates keep fresh.
import { Button, CloseButton, NativeSelect, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useMay } from '../../api/may';
import type { StoreFilter, StoreSort } from '../../api/model';
import { storesQuery } from '../../api/stores';
import { IconPlus, IconSearch } from '../../components/icons';
import { Page } from '../../components/Page';
import { Trouble } from '../../components/Trouble';
import type { StoresSearch } from '../../router';
import { texts } from '../../texts';
import { CreateStoreDialog } from './CreateStoreDialog';
import { EmptyStores } from './EmptyStores';
import { PhaseFilter } from './PhaseFilter';
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

  const change = (next: Partial<StoresSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
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
  const narrowed = filter.search !== undefined || filter.phase !== undefined;
  const empty = stores.isSuccess && rows.length === 0;
  const setSort = (sort: StoreSort) => {
    change({ sort });
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
          <div className={classes.tools}>
            <Search
              field={searchField}
              value={filter.search ?? ''}
              onChange={(search) => {
                void navigate({
                  replace: true,
                  search: ({ search: _old, ...rest }) =>
                    search === '' ? rest : { ...rest, search },
                });
              }}
            />
            <PhaseFilter
              value={filter.phase}
              onChange={(phase) => {
                void navigate({
                  replace: true,
                  search: ({ phase: _old, ...rest }) =>
                    phase === undefined ? rest : { ...rest, phase },
                });
              }}
            />
            {phone && (
              <NativeSelect
                aria-label={texts.stores.sort}
                value={filter.sort}
                data={Object.entries(texts.stores.sorts).map(([value, label]) => ({
                  value,
                  label,
                }))}
                onChange={(event) => {
                  setSort(event.currentTarget.value as StoreSort);
                }}
              />
            )}
          </div>
          {stores.isError && <Trouble error={stores.error} onRetry={() => void stores.refetch()} />}
          {stores.isPending && <Skeleton height={240} radius="lg" />}
          {empty && <NoMatch onAll={() => void navigate({ search: {} })} />}
          {rows.length > 0 &&
            (phone ? (
              <StoreCards stores={rows} />
            ) : (
              <StoreTable stores={rows} sort={filter.sort} onSort={setSort} />
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

interface SearchProps {
  field: React.RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (search: string) => void;
}

function Search({ field, value, onChange }: SearchProps) {
  const [typed, setTyped] = useState(value);
  const later = useDebouncedCallback(onChange, 200);
  return (
    <TextInput
      ref={field}
      type="search"
      className={classes.search ?? ''}
      aria-label={texts.stores.search}
      placeholder={texts.stores.searchHint}
      leftSection={<IconSearch size={16} />}
      rightSection={
        typed !== '' && (
          <CloseButton
            size="sm"
            aria-label={texts.stores.clear}
            onClick={() => {
              setTyped('');
              onChange('');
              field.current?.focus();
            }}
          />
        )
      }
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
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
