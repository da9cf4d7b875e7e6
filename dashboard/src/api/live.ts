// One EventSource for the whole page. It feeds `store` and `timeline` messages into the caches,
// connects again with growing pauses when it is cut, and then has everything read anew, because
// messages may have been missed. A message that overtakes an answer which was on its way is applied
// once more after it. It never polls.
import type { QueryCacheNotifyEvent, QueryClient } from '@tanstack/react-query';
import { applyStore, applyTimeline, knownStore } from './apply';
import type { Phase, Store, TimelineEvent } from './model';
import { sessionQuery } from './session';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** Counts and the audit log change with stores; read them again at most this often. */
const SUMMARY_PAUSE = 1_500;
/** Changes of a phase that are kept to be read out. */
const NEWS = 5;
/** What messages change, by the first part of its key. */
const LIVE_KEYS = new Set<unknown>(['stores', 'store', 'timeline']);

/** A store came into another phase. */
export interface PhaseNews {
  key: number;
  name: string;
  phase: Phase;
}

export interface LiveState {
  status: 'connecting' | 'live' | 'lost';
  /** When the connection was last known to be good, in milliseconds; null before the first time. */
  goodAt: number | null;
  /** When the next attempt starts, in milliseconds; null while none is planned. */
  retryAt: number | null;
  /** The latest changes of phases, the newest last. */
  news: readonly PhaseNews[];
}

export class LiveUpdates {
  readonly #queryClient: QueryClient;
  readonly #listeners = new Set<() => void>();
  #state: LiveState = { status: 'connecting', goodAt: null, retryAt: null, news: [] };
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #summary: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #messages = 0;
  /** For each answer that is on its way: how many messages there had been when it was asked for. */
  readonly #asked = new Map<string, number>();
  /** What was heard while answers are on their way. */
  #heard: { number: number; apply: () => void }[] = [];

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
    const unwatch = this.#queryClient.getQueryCache().subscribe(this.#watch);
    this.#connect();
    return () => {
      unwatch();
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
      const store = JSON.parse(message.data) as Store;
      this.#tell(store);
      this.#hear(() => {
        applyStore(this.#queryClient, store);
      });
      this.#touchSummaries();
    });
    source.addEventListener('timeline', (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as TimelineEvent;
      this.#hear(() => {
        applyTimeline(this.#queryClient, event);
      });
    });
    // Sent when something about the platform itself changed, such as whether the cluster answers.
    source.addEventListener('platform', () => {
      void this.#queryClient.invalidateQueries({ queryKey: ['platform'] });
    });
    source.addEventListener('error', this.#lost);
  }

  #hear(apply: () => void) {
    this.#messages += 1;
    if (this.#asked.size > 0) this.#heard.push({ number: this.#messages, apply });
    apply();
  }

  /** Follows the answers that are on their way; the older of them must not undo what was heard since. */
  readonly #watch = (event: QueryCacheNotifyEvent) => {
    const { query } = event;
    if (event.type === 'removed') this.#asked.delete(query.queryHash);
    const [kind] = query.queryKey as readonly unknown[];
    if (event.type !== 'updated' || !LIVE_KEYS.has(kind)) return;
    const { action } = event;
    if (action.type === 'fetch') {
      this.#asked.set(query.queryHash, this.#messages);
      return;
    }
    const asked = this.#asked.get(query.queryHash);
    if (asked === undefined || query.state.fetchStatus === 'fetching') return;
    this.#asked.delete(query.queryHash);
    const since = this.#heard.filter(({ number }) => number > asked);
    if (this.#asked.size === 0) this.#heard = [];
    if (action.type !== 'success') return;
    for (const { apply } of since) apply();
  };

  #tell(store: Store) {
    const known = knownStore(this.#queryClient, store.id);
    if (known === undefined || known.phase === store.phase || known.revision > store.revision)
      return;
    const { name, phase } = store;
    const news = [...this.#state.news, { key: this.#messages, name, phase }];
    this.#set({ news: news.slice(-NEWS) });
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
