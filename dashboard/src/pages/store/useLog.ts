// The lines of one log as they come. Keeps the newest ones; a burst is drawn at once.
import { useEffect, useState } from 'react';
import { readLog, type LogWish } from '../../api/logs';

/** Lines that are kept. */
const MOST = 10_000;
/** Milliseconds between two drawings. */
const PAUSE = 100;

export interface Log {
  lines: string[];
  state: 'reading' | 'ended';
  error: unknown;
  again: () => void;
}

const EMPTY = { lines: [] as string[], state: 'reading' as Log['state'], error: null as unknown };

export function useLog(id: string, { container, tail, follow }: LogWish): Log {
  const [attempt, setAttempt] = useState(0);
  const [log, setLog] = useState({ ...EMPTY, key: '' });
  const key = `${id} ${container} ${tail} ${follow} ${attempt}`;

  useEffect(() => {
    const controller = new AbortController();
    let fresh = '';
    let timer: ReturnType<typeof setTimeout> | null = null;
    const lines: string[] = [];
    let rest = '';
    const draw = (state: Log['state'], error: unknown) => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (controller.signal.aborted) return;
      const pieces = (rest + fresh).split('\n');
      fresh = '';
      rest = state === 'ended' ? '' : (pieces.pop() ?? '');
      if (state === 'ended' && pieces.at(-1) === '') pieces.pop();
      for (const piece of pieces) lines.push(piece);
      lines.splice(0, lines.length - MOST);
      setLog({ key, lines: [...lines], state, error });
    };
    readLog(id, { container, tail, follow }, controller.signal, (text) => {
      fresh += text;
      timer ??= setTimeout(draw, PAUSE, 'reading', null);
    }).then(
      () => {
        draw('ended', null);
      },
      (error: unknown) => {
        draw('ended', error);
      },
    );
    return () => {
      controller.abort();
      if (timer !== null) clearTimeout(timer);
    };
  }, [id, container, tail, follow, key]);

  const { lines, state, error } = log.key === key ? log : EMPTY;
  return {
    lines,
    state,
    error,
    again: () => {
      setAttempt(attempt + 1);
    },
  };
}
