// Which of the shown stores are chosen, to ask the same of all of them. A store that leaves the list
// is no longer chosen.
import { useState } from 'react';
import type { Store } from '../../api/model';

export interface Selection {
  /** The chosen ones, in the order of the list. */
  stores: Store[];
  /** Every store of the list is chosen. */
  all: boolean;
  has: (store: Store) => boolean;
  toggle: (store: Store) => void;
  toggleAll: () => void;
  clear: () => void;
}

export function useSelection(shown: Store[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const stores = ids.size === 0 ? [] : shown.filter(({ id }) => ids.has(id));
  const all = stores.length > 0 && stores.length === shown.length;
  return {
    stores,
    all,
    has: ({ id }) => ids.has(id),
    toggle: ({ id }) => {
      const next = new Set(stores.map((store) => store.id));
      if (!next.delete(id)) next.add(id);
      setIds(next);
    },
    toggleAll: () => {
      setIds(new Set(all ? [] : shown.map(({ id }) => id)));
    },
    clear: () => {
      setIds(new Set());
    },
  };
}
