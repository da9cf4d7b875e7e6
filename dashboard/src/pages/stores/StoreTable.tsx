// The table of stores on wide screens. Columns are declared here; a click anywhere in a row opens
// the store, the name is the link for keyboard and screen readers. Only rows in sight are drawn;
// empty rows above and below keep the place of the others.
import { Checkbox, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Store, StoreSort } from '../../api/model';
import { Ago } from '../../components/Ago';
import { IconArrowDown, IconArrowUp } from '../../components/icons';
import { PhaseBadge } from '../../components/PhaseBadge';
import { ShopLink } from '../../components/ShopLink';
import { texts } from '../../texts';
import type { Selection } from './selection';
import { StoreNote } from './StoreNote';
import classes from './StoreTable.module.css';
import { useRows } from './useRows';

interface StoreTableProps {
  stores: Store[];
  total: number;
  sort: StoreSort;
  onSort: (sort: StoreSort) => void;
  selection: Selection;
  onEnd: () => void;
}

const COLUMNS = 6;

const { columns } = texts.stores;

export function StoreTable({ stores, total, sort, onSort, selection, onEnd }: StoreTableProps) {
  const { list, rows, measure, before, after } = useRows({
    count: stores.length,
    estimate: 46,
    onEnd,
  });
  return (
    <div className={classes.frame} ref={list}>
      <Table
        className={classes.table ?? ''}
        aria-label={texts.stores.title}
        aria-rowcount={total + 1}
      >
        <Table.Thead>
          <Table.Tr aria-rowindex={1}>
            <Table.Th className={classes.check ?? ''}>
              <Checkbox
                size="xs"
                aria-label={texts.stores.selectAll}
                checked={selection.all}
                indeterminate={!selection.all && selection.stores.length > 0}
                onChange={selection.toggleAll}
              />
            </Table.Th>
            <SortHead column="name" label={columns.name} sort={sort} onSort={onSort} />
            <Table.Th>{columns.phase}</Table.Th>
            <Table.Th>{columns.address}</Table.Th>
            <Table.Th>{columns.plan}</Table.Th>
            <SortHead column="createdAt" label={columns.age} sort={sort} onSort={onSort} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Gap height={before} />
          {rows.map(({ index }) => {
            const store = stores[index];
            return store === undefined ? null : (
              <Row
                key={store.id}
                index={index}
                measure={measure}
                store={store}
                selection={selection}
              />
            );
          })}
          <Gap height={after} />
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Stands for rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height === 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={COLUMNS} className={classes.gap} style={{ height }} />
    </tr>
  );
}

interface RowProps {
  store: Store;
  index: number;
  measure: (row: Element | null) => void;
  selection: Selection;
}

/** While one scrolls, a row that stays in sight is not drawn anew. */
const Row = memo(function Row({ store, index, measure, selection }: RowProps) {
  return (
    <Table.Tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      className={classes.row ?? ''}
      data-selected={selection.has(store) || undefined}
    >
      <Table.Td className={classes.check ?? ''}>
        <Checkbox
          size="xs"
          aria-label={texts.stores.select(store.name)}
          checked={selection.has(store)}
          onChange={() => {
            selection.toggle(store);
          }}
        />
      </Table.Td>
      <Table.Td className={classes.name ?? ''}>
        <Link to="/stores/$id" params={{ id: store.id }} className={classes.open}>
          {store.name}
        </Link>
      </Table.Td>
      <Table.Td>
        <PhaseBadge phase={store.phase} />
        <StoreNote store={store} />
      </Table.Td>
      <Table.Td className={classes.address ?? ''}>
        <ShopLink url={store.url} />
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed">
          {store.plan}
        </Text>
      </Table.Td>
      <Table.Td className={classes.age ?? ''}>
        <Ago at={store.createdAt} />
      </Table.Td>
    </Table.Tr>
  );
});

interface SortHeadProps {
  column: 'name' | 'createdAt';
  label: string;
  sort: StoreSort;
  onSort: (sort: StoreSort) => void;
}

function SortHead({ column, label, sort, onSort }: SortHeadProps) {
  const down = sort === `-${column}`;
  const active = down || sort === column;
  const first: StoreSort = column === 'name' ? 'name' : '-createdAt';
  // "Created" shows ages: the newest store has the smallest one, so its arrow points up.
  const Arrow = down === (column === 'name') ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th aria-sort={active ? (down ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className={classes.sort}
        aria-label={texts.stores.sortBy(label)}
        onClick={() => {
          onSort(active ? (down ? column : `-${column}`) : first);
        }}
      >
        {label}
        {active && <Arrow size={14} />}
      </button>
    </Table.Th>
  );
}
