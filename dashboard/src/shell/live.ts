// Lets components read the state of the live connection.
import { createContext, use, useSyncExternalStore } from 'react';
import type { LiveState, LiveUpdates } from '../api/live';

export const LiveContext = createContext<LiveUpdates | null>(null);

const ALONE: LiveState = { status: 'connecting', goodAt: null, retryAt: null, news: [] };
const nothing = () => () => undefined;

export function useLive(): LiveState & { retryNow: () => void } {
  const live = use(LiveContext);
  const state = useSyncExternalStore(live?.subscribe ?? nothing, live?.snapshot ?? (() => ALONE));
  return { ...state, retryNow: live?.retryNow ?? (() => undefined) };
}
