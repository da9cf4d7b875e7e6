// Lines of a log. Stays at the newest one until somebody scrolls up.
import { useLayoutEffect, useRef } from 'react';
import classes from './LogsPanel.module.css';

interface LogLinesProps {
  lines: string[];
  label: string;
  /** Stands in place of no lines. */
  none: string;
}

export function LogLines({ lines, label, none }: LogLinesProps) {
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current !== null && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <pre
      ref={box}
      className={classes.lines}
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {lines.length === 0 ? none : lines.join('\n')}
    </pre>
  );
}
