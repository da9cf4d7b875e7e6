// The table of stores on wide screens. Columns are declared here; a click anywhere in a row opens
// the store, the name is the link for keyboard and screen readers.
import { Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Store, StoreSort } from '../../api/model';
import { Ago } from '../../components/Ago';
import { IconArrowDown, IconArrowUp } from '../../components/icons';
import { PhaseBadge } from '../../components/PhaseBadge';
import { ShopLink } from '../../components/ShopLink';
import { texts } from '../../texts';
import { StoreNote } from './StoreNote';
import classes from './StoreTable.module.css';

interface StoreTableProps {
  stores: Store[];
  sort: StoreSort;
  onSort: (sort: StoreSort) => void;
}

const { columns } = texts.stores;

export function StoreTable({ stores, sort, onSort }: StoreTableProps) {
  return (
    <div className={classes.frame}>
      <Table className={classes.table ?? ''} aria-label={texts.stores.title}>
        <Table.Thead>
          <Table.Tr>
            <SortHead column="name" label={columns.name} sort={sort} onSort={onSort} />
            <Table.Th>{columns.phase}</Table.Th>
            <Table.Th>{columns.address}</Table.Th>
            <Table.Th>{columns.plan}</Table.Th>
            <SortHead column="createdAt" label={columns.age} sort={sort} onSort={onSort} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {stores.map((store) => (
            <Table.Tr key={store.id} className={classes.row ?? ''}>
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
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

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
