// The stores on a phone: one card each, the whole card opens the store. Only cards in sight are drawn.
import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Store } from '../../api/model';
import { Ago } from '../../components/Ago';
import { PhaseBadge } from '../../components/PhaseBadge';
import { ShopLink } from '../../components/ShopLink';
import { texts } from '../../texts';
import type { Selection } from './selection';
import classes from './StoreCards.module.css';
import { StoreNote } from './StoreNote';
import table from './StoreTable.module.css';
import { useRows } from './useRows';

interface StoreCardsProps {
  stores: Store[];
  selection: Selection;
  onEnd: () => void;
}

export function StoreCards({ stores, selection, onEnd }: StoreCardsProps) {
  const { list, rows, measure, before, after } = useRows({
    count: stores.length,
    estimate: 92,
    gap: 10,
    onEnd,
  });
  return (
    <div ref={list}>
      <ul
        className={classes.cards}
        aria-label={texts.stores.title}
        style={{ paddingTop: before, paddingBottom: after }}
      >
        {rows.map(({ index }) => {
          const store = stores[index];
          return store === undefined ? null : (
            <li
              key={store.id}
              ref={measure}
              data-index={index}
              data-selected={selection.has(store) || undefined}
              className={`${table.row ?? ''} ${classes.card ?? ''}`}
            >
              <Card store={store} selection={selection} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface CardProps {
  store: Store;
  selection: Selection;
}

/** While one scrolls, a card that stays in sight is not drawn anew. */
const Card = memo(function Card({ store, selection }: CardProps) {
  return (
    <>
      <div className={classes.head}>
        <Checkbox
          className={classes.check ?? ''}
          size="sm"
          aria-label={texts.stores.select(store.name)}
          checked={selection.has(store)}
          onChange={() => {
            selection.toggle(store);
          }}
        />
        <Link to="/stores/$id" params={{ id: store.id }} className={table.open}>
          {store.name}
        </Link>
        <PhaseBadge phase={store.phase} />
      </div>
      <StoreNote store={store} />
      <div className={classes.foot}>
        <span className={table.address}>
          <ShopLink url={store.url} />
        </span>
        <span className={table.age}>
          {store.plan} · <Ago at={store.createdAt} />
        </span>
      </div>
    </>
  );
});
