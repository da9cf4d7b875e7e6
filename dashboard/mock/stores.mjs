// Made-up stores in every phase for mock/server.mjs.
const STEPS = [
  ['namespace', 'Making the namespace'],
  ['secrets', 'Making the secrets'],
  ['release', 'Installing the release'],
  ['database', 'Starting the database'],
  ['storefront', 'Starting the storefront'],
  ['route', 'Opening the route'],
  ['shop', 'Checking the shop'],
];
const TIMES = [0.2, 0.3, 2.1, 3.4, 4.2, 0.6, 0.9];
const CONDITIONS = [
  'ClusterReachable',
  'ReleaseReady',
  'DatabaseReady',
  'StorefrontReady',
  'RouteReady',
  'ShopReady',
  'OrdersReady',
];
let count = 0;

const letters = (length) =>
  Array.from(
    { length },
    () => 'abcdefghijklmnopqrstuvwxyz234567'[Math.floor(Math.random() * 32)],
  ).join('');

export function blank(name, slug, more = {}) {
  const id = `s${letters(10)}`;
  const createdAt = new Date().toISOString();
  return {
    id,
    name,
    slug: slug || id,
    url: `http://${slug || id}.localhost`,
    adminUrl: `http://${slug || id}.localhost/wp-admin/`,
    phase: 'Pending',
    message: 'Waiting to start.',
    ordersPossible: true,
    conditions: CONDITIONS.map((type) => ({
      type,
      status: type === 'ClusterReachable' ? 'True' : 'Unknown',
      reason: type === 'ClusterReachable' ? 'Reachable' : 'NotObserved',
      message: '',
      lastTransitionTime: createdAt,
    })),
    blueprint: 'woocommerce',
    plan: 'standard',
    adminUsername: 'admin',
    repair: 'on',
    operation: {
      id: `op${++count}`,
      storeId: id,
      kind: 'create',
      state: 'queued',
      steps: STEPS.map(([step, title]) => ({
        name: step,
        title,
        state: 'pending',
        startedAt: null,
        finishedAt: null,
        message: null,
      })),
      attempts: 1,
      cancelRequested: false,
      reason: null,
      message: null,
      deadlineAt: null,
      nextAttemptAt: null,
      queue: null,
      createdAt,
      startedAt: null,
      finishedAt: null,
    },
    nextOperation: null,
    owner: 'admin',
    revision: 1,
    createdAt,
    updatedAt: createdAt,
    readyAt: null,
    deletedAt: null,
    ...more,
  };
}

function grown(name, slug, minutes, phase, message, doneSteps = STEPS.length, more = {}) {
  const store = blank(name, slug, more);
  const start = Date.now() - minutes * 60_000;
  let at = start + 300;
  const stamp = (time) => new Date(time).toISOString();
  store.operation.steps.forEach((step, index) => {
    if (index >= doneSteps) return;
    step.state = 'done';
    step.startedAt = stamp(at);
    at += TIMES[index] * 1000 * (0.8 + Math.random() * 0.4);
    step.finishedAt = stamp(at);
  });
  const ended = doneSteps === STEPS.length;
  Object.assign(store, {
    phase,
    message,
    createdAt: stamp(start),
    updatedAt: stamp(at),
    readyAt: ended ? stamp(at) : null,
  });
  Object.assign(store.operation, {
    state: ended ? 'succeeded' : 'running',
    createdAt: stamp(start),
    startedAt: stamp(start + 300),
    finishedAt: ended ? stamp(at) : null,
  });
  store.conditions.forEach((condition, index) => {
    condition.lastTransitionTime = stamp(start + index * 2000);
    if (index <= doneSteps - 1) Object.assign(condition, { status: 'True', reason: 'Ready' });
  });
  return store;
}

/** One of many stores, for long lists. */
export function another(index) {
  const open = 'The shop is open: an order can be placed.';
  const more = { owner: ['admin', 'anna', 'bert'][index % 3] };
  return grown(`Shop number ${index}`, `shop-${index}`, 50_000 + index, 'Ready', open, 7, more);
}

export function stores() {
  const open = 'The shop is open: an order can be placed.';
  const failed = grown(
    'Northwind Cycles',
    'northwind-cycles',
    42,
    'Failed',
    'The database did not start within 5 minutes: the cluster has no default storage class.',
    3,
  );
  Object.assign(failed.operation.steps[3], {
    state: 'failed',
    startedAt: failed.operation.steps[2].finishedAt,
    finishedAt: new Date(Date.parse(failed.createdAt) + 300_000).toISOString(),
    message: 'The volume data-database-0 is not bound: the cluster has no default storage class.',
  });
  Object.assign(failed.operation, {
    state: 'failed',
    reason: 'DeadlineExceeded',
    finishedAt: failed.operation.steps[3].finishedAt,
    message: 'Set a default storage class, then retry.',
  });
  Object.assign(failed.conditions[2], {
    status: 'False',
    reason: 'NoDefaultStorageClass',
    message: 'The database waits for a volume. Set a default storage class, then retry.',
  });

  const degraded = grown(
    'La Petite Librairie',
    'la-petite-librairie',
    2900,
    'Degraded',
    'The storefront answers with errors since 12:04; Souk is restarting it.',
  );
  Object.assign(degraded.conditions[3], {
    status: 'False',
    reason: 'StorefrontUnavailable',
    message: 'No pod of the storefront is ready.',
  });

  const busy = grown(
    'Copper & Pine',
    'copper-pine',
    0.15,
    'Provisioning',
    'The database is starting.',
    3,
  );
  Object.assign(busy.operation.steps[3], {
    state: 'running',
    startedAt: busy.operation.steps[2].finishedAt,
  });

  const plain = grown(
    'Paper Lantern',
    'paper-lantern',
    12000,
    'Ready',
    'The site is up. It is a plain WordPress and cannot take orders.',
    7,
    { ordersPossible: false, plan: 'small' },
  );
  Object.assign(plain.conditions[6], {
    status: 'False',
    reason: 'WooCommerceMissing',
    message: 'The image was built without WooCommerce.',
  });

  const gone = grown(
    'Summer Pop-up',
    'summer-pop-up',
    5000,
    'Deleting',
    'The volumes are being removed.',
  );
  return [
    busy,
    failed,
    grown('Blue Mug Shop', 'blue-mug-shop', 125, 'Ready', open),
    grown('مقهى الياسمين', 'mqh-lysmyn', 640, 'Ready', open, 7, { plan: 'small' }),
    grown('Atelier Größe 42', 'atelier-grosse-42', 1500, 'Ready', open),
    degraded,
    gone,
    plain,
    grown('東京ステーショナリー', 'dong-jing', 21000, 'Ready', open),
    grown(
      'Harbour Street Surplus and Outdoor Equipment Company of Lower Saxony',
      'harbour-street-surplus',
      43000,
      'Ready',
      open,
    ),
  ];
}
