// One EventSource for the whole page. It feeds `store` and `timeline` messages into the caches,
// connects again with growing pauses when it is cut, and then has everything read anew, because
// messages may have been missed. It never polls.
import type { QueryClient } from '@tanstack/react-query';
import { applyStore, applyTimeline } from './apply';
import type { Store, TimelineEvent } from './model';
import { sessionQuery } from './session';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** Counts and the audit log change with stores; read them again at most this often. */
const SUMMARY_PAUSE = 1_500;

export interface LiveState {
  status: 'connecting' | 'live' | 'lost';
  /** When the connection was last known to be good, in milliseconds; null before the first time. */
  goodAt: number | null;
  /** When the next attempt starts, in milliseconds; null while none is planned. */
  retryAt: number | null;
}

export class LiveUpdates {
  readonly #queryClient: QueryClient;
  readonly #listeners = new Set<() => void>();
  #state: LiveState = { status: 'connecting', goodAt: null, retryAt: null };
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #summary: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;

  constructor(queryClient: QueryClient) {
    this.#queryClient = queryClient;
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): LiveState => this.#state;

  readonly start = (): (() => void) => {
    window.addEventListener('online', this.retryNow);
    window.addEventListener('offline', this.#lost);
    this.#connect();
    return () => {
      window.removeEventListener('online', this.retryNow);
      window.removeEventListener('offline', this.#lost);
      this.#close();
    };
  };

  readonly retryNow = () => {
    if (this.#state.status === 'live') return;
    this.#failures = 0;
    this.#connect();
  };

  #set(state: Partial<LiveState>) {
    this.#state = { ...this.#state, ...state };
    for (const listener of this.#listeners) listener();
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#summary !== null) clearTimeout(this.#summary);
    this.#retry = this.#summary = null;
  }

  #connect() {
    this.#close();
    this.#set({ retryAt: null });
    const source = new EventSource('/api/events', { withCredentials: true });
    this.#source = source;
    source.addEventListener('hello', this.#good);
    source.addEventListener('store', (message: MessageEvent<string>) => {
      applyStore(this.#queryClient, JSON.parse(message.data) as Store);
      this.#touchSummaries();
    });
    source.addEventListener('timeline', (message: MessageEvent<string>) => {
      applyTimeline(this.#queryClient, JSON.parse(message.data) as TimelineEvent);
    });
    // Sent when something about the platform itself changed, such as whether the cluster answers.
    source.addEventListener('platform', () => {
      void this.#queryClient.invalidateQueries({ queryKey: ['platform'] });
    });
    source.addEventListener('error', this.#lost);
  }

  readonly #good = () => {
    this.#failures = 0;
    this.#set({ status: 'live', goodAt: Date.now(), retryAt: null });
    // What was read before this moment may have missed a change.
    void this.#queryClient.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] !== 'session' && queryKey[0] !== 'slug',
    });
  };

  readonly #lost = () => {
    this.#close();
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE);
    const jittered = pause * (0.75 + Math.random() / 2);
    this.#failures += 1;
    this.#set({
      status: 'lost',
      goodAt: this.#state.status === 'live' ? Date.now() : this.#state.goodAt,
      retryAt: Date.now() + jittered,
    });
    this.#retry = setTimeout(() => {
      this.#connect();
    }, jittered);
    // An EventSource does not say why it failed; the session may have ended.
    void this.#queryClient
      .query({ ...sessionQuery, staleTime: 0, retry: false })
      .catch(() => undefined);
  };

  #touchSummaries() {
    this.#summary ??= setTimeout(() => {
      this.#summary = null;
      for (const queryKey of [['metrics'], ['audit']]) {
        void this.#queryClient.invalidateQueries({ queryKey });
      }
    }, SUMMARY_PAUSE);
  }
}
