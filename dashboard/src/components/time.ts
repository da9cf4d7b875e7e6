// Times in words: how long something took, how long ago it was. Owns the ticking clock that
// running steps and ages are drawn with; it never asks the server.
import { useEffect, useState } from 'react';
import { texts } from '../texts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in milliseconds as people say it: `0.4 s`, `12 s`, `1 min 04 s`, `3 h 12 min`. */
export function duration(span: number): string {
  const value = Math.max(0, span);
  if (value < 10 * SECOND) return `${(value / SECOND).toFixed(1)} s`;
  if (value < MINUTE) return `${Math.floor(value / SECOND)} s`;
  if (value < HOUR) {
    const seconds = Math.floor((value % MINUTE) / SECOND);
    return `${Math.floor(value / MINUTE)} min ${String(seconds).padStart(2, '0')} s`;
  }
  if (value < DAY) {
    return `${Math.floor(value / HOUR)} h ${Math.floor((value % HOUR) / MINUTE)} min`;
  }
  return `${Math.floor(value / DAY)} d ${Math.floor((value % DAY) / HOUR)} h`;
}

/** The largest unit alone: `4 min`, `3 h`, `12 d`; null when it is under ten seconds. */
export function age(from: string, now: number): string | null {
  const value = Math.max(0, now - Date.parse(from));
  if (value < 10 * SECOND) return null;
  if (value < MINUTE) return `${Math.floor(value / SECOND)} s`;
  if (value < HOUR) return `${Math.floor(value / MINUTE)} min`;
  if (value < DAY) return `${Math.floor(value / HOUR)} h`;
  return `${Math.floor(value / DAY)} d`;
}

export function ago(from: string, now: number): string {
  const value = age(from, now);
  return value === null ? texts.time.now : texts.time.ago(value);
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
export const DAYTIME = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});
export const HOUR_MINUTE = new Intl.DateTimeFormat(undefined, {
  hour: 'numeric',
  minute: '2-digit',
});
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const clock = (at: number | string) => CLOCK.format(new Date(at));
/** The time alone within a day, with its date before that. */
export const stamp = (at: string, now: number) =>
  now - Date.parse(at) < DAY ? clock(at) : DAYTIME.format(new Date(at));
export const moment = (at: string) => DATE.format(new Date(at));

/** The present, renewed every `every` milliseconds while `ticking`. */
export function useNow(every: number, ticking = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return undefined;
    const tick = () => {
      setNow(Date.now());
    };
    tick();
    const timer = setInterval(tick, every);
    return () => {
      clearInterval(timer);
    };
  }, [every, ticking]);
  return now;
}
