// Which rows of a long list are drawn: those in sight and some around them. The page itself scrolls.
// Near the end of what is loaded it asks for more.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

interface RowsOptions {
  count: number;
  /** Height of a row in pixels until it is measured, gap included. */
  estimate: number;
  gap?: number;
  onEnd: () => void;
}

/** Rows from the end of the list at which more is asked for. */
const AHEAD = 20;

export function useRows({ count, estimate, gap = 0, onEnd }: RowsOptions) {
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (box !== undefined) setTop(box.top + window.scrollY);
  }, []);

  const virtual = useWindowVirtualizer({
    count,
    gap,
    scrollMargin: top,
    overscan: 12,
    estimateSize: () => estimate,
    // Where nothing is laid out, the estimate is all there is.
    measureElement: (row) => row.getBoundingClientRect().height || estimate,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  const ended = last >= count - AHEAD;
  useEffect(() => {
    if (ended) onEnd();
    // Once for each length of the list, not on every scroll.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [ended, count]);

  return {
    list,
    rows,
    measure: virtual.measureElement,
    before: Math.max(0, (rows[0]?.start ?? top) - top),
    after: Math.max(0, virtual.getTotalSize() - ((rows.at(-1)?.end ?? top) - top)),
  };
}
