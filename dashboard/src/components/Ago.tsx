// "3 min ago", with the exact time for the pointer and for screen readers' <time>.
import { ago, moment, useNow } from './time';

export function Ago({ at }: { at: string }) {
  const now = useNow(10_000);
  return (
    <time dateTime={at} title={moment(at)}>
      {ago(at, now)}
    </time>
  );
}
