// Stores, operations and answers for tests; each test changes what it is about.
import type {
  AuditEntry,
  Health,
  Metrics,
  Operation,
  Platform,
  Step,
  Store,
  StoreUsage,
  TimelineEvent,
} from '../api/model';

export const AT = '2026-03-01T12:00:00Z';
export const later = (seconds: number) => new Date(Date.parse(AT) + seconds * 1_000).toISOString();

const step = (name: Step['name'], title: string, more: Partial<Step> = {}): Step => ({
  name,
  title,
  state: 'pending',
  startedAt: null,
  finishedAt: null,
  message: null,
  ...more,
});

export function anOperation(more: Partial<Operation> = {}): Operation {
  return {
    id: 'op1',
    storeId: 'saaaaaaaaaa',
    kind: 'create',
    state: 'running',
    steps: [
      step('namespace', 'Making the namespace', {
        state: 'done',
        startedAt: AT,
        finishedAt: later(0.4),
      }),
      step('release', 'Installing the release', { state: 'running', startedAt: later(0.4) }),
      step('shop', 'Checking the shop'),
    ],
    attempts: 1,
    cancelRequested: false,
    reason: '',
    message: '',
    deadlineAt: null,
    nextAttemptAt: null,
    queue: null,
    createdAt: AT,
    startedAt: AT,
    finishedAt: null,
    ...more,
  };
}

export function aStore(more: Partial<Store> = {}): Store {
  return {
    id: 'saaaaaaaaaa',
    owner: 'admin',
    name: 'Blue Mug Shop',
    slug: 'blue-mug-shop',
    url: 'http://blue-mug-shop.localhost',
    adminUrl: 'http://blue-mug-shop.localhost/wp-admin/',
    phase: 'Ready',
    message: 'The shop is open.',
    ordersPossible: true,
    conditions: [],
    blueprint: 'woocommerce',
    plan: 'standard',
    adminUsername: 'admin',
    repair: 'on',
    operation: anOperation({ state: 'succeeded', finishedAt: later(9.8) }),
    nextOperation: null,
    revision: 1,
    createdAt: AT,
    updatedAt: AT,
    readyAt: null,
    deletedAt: null,
    ...more,
  };
}

export function anEvent(more: Partial<TimelineEvent> = {}): TimelineEvent {
  return {
    id: 1,
    storeId: 'saaaaaaaaaa',
    operationId: null,
    at: AT,
    type: 'Normal',
    reason: 'NamespaceCreated',
    message: 'The namespace was made.',
    step: null,
    ...more,
  };
}

export const platform: Platform = {
  version: '0.1.0',
  baseDomain: 'localhost',
  blueprints: [
    {
      name: 'woocommerce',
      title: 'WooCommerce',
      description: '',
      wooCommerce: { present: true, version: '9.2.5' },
    },
  ],
  plans: [
    {
      name: 'standard',
      title: 'Standard',
      description: 'For real shops.',
      default: true,
      cpu: '2',
      memory: '1Gi',
      storage: '2Gi',
      wakeOnVisit: false,
    },
  ],
  limits: { maxStores: 50 },
  cluster: { reachable: true, version: 'v1.34.4', message: null },
};

export const health: Health = {
  status: 'degraded',
  checks: [
    { name: 'database', ok: true, message: 'The database answers.' },
    { name: 'cluster', ok: false, message: 'The cluster does not answer.' },
  ],
};

export function anEntry(more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: 1,
    at: AT,
    actor: 'admin',
    source: 'dashboard 127.0.0.1',
    action: 'store.create',
    storeId: 'saaaaaaaaaa',
    storeName: 'Blue Mug Shop',
    result: 'accepted',
    detail: null,
    ...more,
  };
}

export const metrics: Metrics = {
  stores: { total: 1, byPhase: { Ready: 1 } },
  operations: { running: 0, queued: 0, failed24h: 0 },
  timeToReadySeconds: {
    median: 8.4,
    p95: 11,
    count: 3,
    histogram: [
      { upTo: 8, count: 1 },
      { upTo: 10, count: 1 },
      { upTo: null, count: 1 },
    ],
  },
  births: [
    { day: '2026-02-28', count: 0 },
    { day: '2026-03-01', count: 3 },
  ],
  orphans: 0,
  uptimeSeconds: 60,
};

export function someUsage(more: Partial<StoreUsage> = {}): StoreUsage {
  return {
    available: true,
    reason: null,
    message: null,
    window: '6h',
    intervalSeconds: 300,
    plan: {
      name: 'standard',
      cpuRequestMillicores: 80,
      cpuLimitMillicores: 4_000,
      memoryRequestMebibytes: 224,
      memoryLimitMebibytes: 1_024,
    },
    now: { at: AT, cpuMillicores: 42, memoryMebibytes: 256 },
    points: [
      {
        at: AT,
        cpuMillicores: 30,
        cpuMillicoresMax: 1_250,
        memoryMebibytes: 250,
        memoryMebibytesMax: 260,
      },
      {
        at: later(300),
        cpuMillicores: 12,
        cpuMillicoresMax: 42,
        memoryMebibytes: 255,
        memoryMebibytesMax: 256,
      },
    ],
    ...more,
  };
}
