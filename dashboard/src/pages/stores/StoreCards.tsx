// The stores on a phone: one card each, the whole card opens the store.
import { Link } from '@tanstack/react-router';
import type { Store } from '../../api/model';
import { Ago } from '../../components/Ago';
import { PhaseBadge } from '../../components/PhaseBadge';
import { ShopLink } from '../../components/ShopLink';
import { texts } from '../../texts';
import classes from './StoreCards.module.css';
import { StoreNote } from './StoreNote';
import table from './StoreTable.module.css';

export function StoreCards({ stores }: { stores: Store[] }) {
  return (
    <ul className={classes.cards} aria-label={texts.stores.title}>
      {stores.map((store) => (
        <li key={store.id} className={`${table.row ?? ''} ${classes.card ?? ''}`}>
          <div className={classes.head}>
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
        </li>
      ))}
    </ul>
  );
}
