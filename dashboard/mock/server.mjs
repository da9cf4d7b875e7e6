// A stand-in for `souk serve`, for working on pages without a cluster: the API's shapes with made-up
// stores that come up step by step (MANY=2000 adds as many, METRICS=none takes the metrics server away),
// and the built dashboard under the Content-Security-Policy that the real server sends. Token and password: "souk". It keeps nothing and
// checks little.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { peopleRoutes } from './people.mjs';
import { another, blank, stores as samples } from './stores.mjs';
import { usage } from './usage.mjs';

const PORT = Number(process.env.PORT ?? 4180);
const TOKEN = 'souk';
export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.html': 'text/html',
};
const dist = join(import.meta.dirname, '..', 'dist');

const many = Array.from({ length: Number(process.env.MANY ?? 0) }, (_, index) => another(index));
const stores = new Map(
  (process.env.EMPTY ? [] : [...samples(), ...many]).map((store) => [store.id, store]),
);
const timelines = new Map();
const audit = [];
const keys = new Map();
const listeners = new Set();
let reachable = true;
let eventId = 1000;

const now = () => new Date().toISOString();
const send = (event, data, id) => {
  for (const response of listeners) {
    response.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
};
function changed(store) {
  store.updatedAt = now();
  store.revision += 1;
  send('store', store);
}
function happened(store, reason, message, type = 'Normal', at = now()) {
  const event = {
    id: ++eventId,
    storeId: store.id,
    operationId: null,
    at,
    type,
    reason,
    message,
    step: null,
  };
  timelines.set(store.id, [event, ...(timelines.get(store.id) ?? [])]);
  send('timeline', event, event.id);
}
function did(action, store, result = 'accepted', detail = null) {
  audit.unshift({
    id: audit.length + 1,
    at: now(),
    actor: 'admin',
    source: '127.0.0.1',
    action,
    storeId: store?.id ?? null,
    storeName: store?.name ?? null,
    result,
    detail,
  });
}
for (const store of stores.values()) {
  happened(store, 'Requested', `${store.name} was asked for.`, 'Normal', store.createdAt);
  for (const step of store.operation.steps) {
    if (step.state === 'done')
      happened(store, `${step.name}Done`, `${step.title}: done.`, 'Normal', step.finishedAt);
    if (step.state === 'failed')
      happened(store, 'StepFailed', step.message, 'Warning', step.finishedAt);
  }
  did('store.create', store);
}

/** Works through the steps of the store's operation, one every second or so. */
function advance(store, done) {
  const { operation } = store;
  operation.state = 'running';
  operation.startedAt ??= now();
  const next = operation.steps.find(({ state }) => state !== 'done');
  if (operation.cancelRequested) {
    Object.assign(operation, {
      state: 'cancelled',
      finishedAt: now(),
      message: 'Cancelled on request.',
    });
    Object.assign(store, {
      phase: 'Failed',
      message: 'Creating was cancelled. Retry to go on, or delete the store.',
    });
    return changed(store);
  }
  if (!next) {
    Object.assign(operation, { state: 'succeeded', finishedAt: now() });
    return done();
  }
  Object.assign(next, { state: 'running', startedAt: now() });
  store.message = `${next.title}.`;
  changed(store);
  setTimeout(
    () => {
      Object.assign(next, { state: 'done', finishedAt: now() });
      happened(store, 'StepDone', `${next.title}: done.`);
      advance(store, done);
    },
    500 + Math.random() * 1200,
  );
}
function create(store) {
  store.phase = 'Provisioning';
  advance(store, () => {
    Object.assign(store, {
      phase: 'Ready',
      readyAt: now(),
      message: 'The shop is open: an order can be placed.',
    });
    store.conditions = store.conditions.map((one) => ({
      ...one,
      status: 'True',
      message: '',
      lastTransitionTime: now(),
    }));
    happened(store, 'Ready', 'The shop is open.');
    changed(store);
  });
}

const problem = (status, slug, title, errors) => [
  status,
  { type: `https://souk.dev/problems/${slug}`, title, status, detail: title, errors },
];
/** One page of a list, whose cursor is the number of its first item. */
function page(items, url) {
  const start = Number(url?.searchParams.get('cursor') ?? 0);
  const end = start + Number(url?.searchParams.get('limit') ?? 50);
  const nextCursor = end < items.length ? String(end) : null;
  return [200, { items: items.slice(start, end), nextCursor, total: items.length }];
}
const births = () =>
  Array.from({ length: 30 }, (_, index) => ({
    day: new Date(Date.now() - (29 - index) * 86_400_000).toISOString().slice(0, 10),
    count: Math.round(3 + 3 * Math.sin(index / 3) + (index % 7)),
  }));
const BARS = [2, 4, 6, 8, 10, 15, 20, 30, 60, 120, null];
const slugOf = (name) =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
function slugCheck(slug) {
  const reserved = ['www', 'api', 'souk', 'admin'].includes(slug);
  const taken = [...stores.values()].some((store) => store.slug === slug);
  return {
    slug,
    url: `http://${slug}.localhost`,
    available: !reserved && !taken,
    reason: reserved
      ? 'This address is reserved.'
      : taken
        ? 'Another store has this address.'
        : null,
  };
}

const routes = {
  ...peopleRoutes,
  'GET /api/session': () => [200, { actor: 'admin' }],
  'GET /api/sign-in': () => [200, { singleSignOn: null }],
  'GET /api/platform': () => [
    200,
    {
      version: '0.1.0',
      baseDomain: 'localhost',
      blueprints: [
        {
          name: 'woocommerce',
          title: 'WooCommerce',
          wooCommerce: { present: true, version: '9.2.5' },
        },
      ],
      plans: [
        {
          name: 'standard',
          title: 'Standard',
          description: 'Database and shop apart; for real shops.',
          default: true,
          cpu: '2 cores',
          memory: '1 GiB',
          storage: '2 GiB',
          wakeOnVisit: false,
        },
        {
          name: 'small',
          title: 'Small',
          description: 'For trials and trainings.',
          default: false,
          cpu: '1 core',
          memory: '512 MiB',
          storage: '1 GiB',
          wakeOnVisit: true,
        },
      ],
      limits: { maxStores: 150 },
      cluster: {
        reachable,
        version: 'v1.34.4',
        message: reachable ? null : 'Connection refused by 10.0.0.1:6443.',
      },
    },
  ],
  'GET /api/metrics': () => {
    const live = [...stores.values()].filter(({ phase }) => phase !== 'Deleted');
    const byPhase = {};
    for (const { phase } of live) byPhase[phase] = (byPhase[phase] ?? 0) + 1;
    const running = live.filter(({ operation }) => operation.state === 'running').length;
    return [
      200,
      {
        stores: { total: live.length, byPhase },
        operations: { running, queued: 0, failed24h: 1 },
        timeToReadySeconds: {
          median: 8.4,
          p95: 11.9,
          count: 96,
          histogram: BARS.map((upTo, index) => ({
            upTo,
            count: [0, 2, 9, 31, 38, 11, 3, 1, 0, 1, 0][index],
          })),
        },
        births: births(),
        orphans: 0,
        uptimeSeconds: 191_000,
      },
    ];
  },
  'GET /api/health': () => [
    200,
    {
      status: reachable ? 'ok' : 'degraded',
      checks: [
        { name: 'database', ok: true, message: 'The database answers.' },
        {
          name: 'cluster',
          ok: reachable,
          message: reachable ? 'The cluster answers.' : 'Connection refused by 10.0.0.1:6443.',
        },
        { name: 'woocommerce', ok: true, message: 'WooCommerce is in the shop image.' },
      ],
    },
  ],
  'GET /api/stores/audit/log': (url) => {
    const wanted = (name) => url.searchParams.get(name);
    const fits = (entry) =>
      (!wanted('actor') || entry.actor === wanted('actor')) &&
      (!wanted('action') || entry.action === wanted('action')) &&
      (!wanted('store') || entry.storeId === wanted('store')) &&
      (!wanted('since') || entry.at >= wanted('since')) &&
      (!wanted('until') || entry.at < wanted('until'));
    return page(audit.filter(fits), url);
  },
  'GET /api/slugs': (url) => [200, slugCheck(slugOf(url.searchParams.get('name')))],
  'GET /api/slugs/:id': (_url, id) => [200, slugCheck(id)],
  'GET /api/stores': (url) => {
    const phase = url.searchParams.get('phase');
    const search = (url.searchParams.get('search') ?? '').toLowerCase();
    const sort = url.searchParams.get('sort') ?? '-createdAt';
    const field = sort.replace('-', '');
    const items = [...stores.values()]
      .filter((store) => (phase ? store.phase === phase : store.phase !== 'Deleted'))
      .filter(({ owner }) => [null, owner].includes(url.searchParams.get('owner')))
      .filter(({ blueprint }) => [null, blueprint].includes(url.searchParams.get('blueprint')))
      .filter((store) => `${store.name} ${store.slug}`.toLowerCase().includes(search))
      .sort(
        (left, right) => left[field].localeCompare(right[field]) * (sort.startsWith('-') ? -1 : 1),
      );
    return page(items, url);
  },
  'POST /api/stores': (_url, _id, body, request) => {
    const key = request.headers['idempotency-key'];
    if (keys.has(key)) return [202, keys.get(key)];
    const slug = body.slug ?? slugOf(body.name);
    if (slug && !slugCheck(slug).available) {
      return problem(422, 'invalid-store', 'The store cannot be created like this.', [
        { field: 'slug', message: slugCheck(slug).reason },
      ]);
    }
    const store = blank(body.name, slug, { plan: body.plan ?? 'standard' });
    stores.set(store.id, store);
    if (key) keys.set(key, store);
    did('store.create', store);
    happened(store, 'Requested', `${store.name} was asked for.`);
    changed(store);
    setTimeout(create, 400, store);
    return [202, store];
  },
  'GET /api/stores/:id': (_url, id) =>
    stores.has(id)
      ? [200, stores.get(id)]
      : problem(404, 'unknown-store', 'There is no such store.'),
  'PATCH /api/stores/:id': (_url, id, body) => {
    const store = stores.get(id);
    Object.assign(store, body, body.slug ? { url: `http://${body.slug}.localhost` } : {});
    did('store.update', store);
    changed(store);
    return [202, store];
  },
  'DELETE /api/stores/:id': (_url, id) => {
    const store = stores.get(id);
    const steps = [
      ['release', 'Removing the release'],
      ['volumes', 'Removing the volumes'],
      ['namespace', 'Removing the namespace'],
    ];
    store.phase = 'Deleting';
    store.operation = {
      ...blank('', '').operation,
      kind: 'delete',
      steps: steps.map(([name, title]) => ({
        name,
        title,
        state: 'pending',
        startedAt: null,
        finishedAt: null,
        message: null,
      })),
    };
    did('store.delete', store);
    advance(store, () => {
      Object.assign(store, { phase: 'Deleted', deletedAt: now() });
      changed(store);
    });
    return [202, store];
  },
  'GET /api/stores/:id/events': (url, id) => page(timelines.get(id) ?? [], url),
  'GET /api/stores/:id/usage': (url, id) =>
    stores.has(id)
      ? [200, usage(stores.get(id), url.searchParams)]
      : problem(404, 'unknown-store', 'There is no such store.'),
  'GET /api/stores/:id/credentials': (_url, id) => {
    const store = stores.get(id);
    did('credentials.read', store, 'allowed');
    send('store', store);
    return [
      200,
      {
        username: store.adminUsername,
        password: 'k7Qm-vT2x-9hLp-aR4d',
        email: 'owner@example.com',
        adminUrl: store.adminUrl,
      },
    ];
  },
  'POST /api/stores/:id/login-links': (_url, id) => {
    const store = stores.get(id);
    did('login-link.create', store, 'allowed');
    happened(store, 'LoginLinkCreated', 'admin was given a link that signs in to wp-admin.');
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    return [201, { url: `${store.url}/.well-known/souk/sign-in#made-up`, expiresAt }];
  },
  'POST /api/operations/:id': (_url, name) => {
    const [id, verb] = decodeURIComponent(name).split(':');
    const store = [...stores.values()].find(({ operation }) => operation.id === id);
    if (verb === 'cancel') store.operation.cancelRequested = true;
    else {
      for (const step of store.operation.steps) if (step.state === 'failed') step.state = 'pending';
      Object.assign(store.operation, {
        attempts: 2,
        cancelRequested: false,
        finishedAt: null,
        message: null,
      });
      create(store);
    }
    did(`operation.${verb}`, store);
    changed(store);
    return [202, store.operation];
  },
};

function findRoute(method, path) {
  const parts = path.split('/');
  for (const [name, handler] of Object.entries(routes)) {
    const [wanted, pattern] = name.split(' ');
    const expected = pattern.split('/');
    if (wanted !== method || expected.length !== parts.length) continue;
    if (expected.every((part, index) => part === ':id' || part === parts[index])) {
      return [handler, decodeURIComponent(parts[expected.indexOf(':id')] ?? '')];
    }
  }
  return undefined;
}

function answer(response, [status, body]) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': type });
  response.end(JSON.stringify(body));
}

/** A log that goes on for as long as it is followed. */
function writeLog(request, response, wanted) {
  let line = 0;
  const write = () =>
    response.write(`${now()} ${wanted.get('container')}: GET /shop/ 200, line ${++line}\n`);
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  for (let left = 40; left > 0; left -= 1) write();
  if (wanted.get('follow') !== 'true') return response.end();
  const timer = setInterval(write, 700);
  return request.on('close', () => clearInterval(timer));
}

function serveFile(path, response) {
  const wanted = join(dist, normalize(path));
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(dist, 'index.html');
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'text/plain',
    'content-security-policy': CSP,
  });
  response.end(readFileSync(file));
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  let text = '';
  for await (const chunk of request) text += chunk;
  const body = text === '' ? {} : JSON.parse(text);
  const signedIn = (request.headers.cookie ?? '').includes('souk_mock=1');

  if (!url.pathname.startsWith('/api/')) return serveFile(url.pathname, response);
  if (url.pathname === '/api/mock/cluster') {
    reachable = url.searchParams.get('reachable') !== 'false';
    return response.writeHead(204).end();
  }
  if (request.method === 'POST' && url.pathname === '/api/session') {
    if (body.token !== TOKEN && body.password !== TOKEN)
      return answer(response, problem(401, 'wrong-token', 'The token is wrong.'));
    return response
      .writeHead(204, { 'set-cookie': 'souk_mock=1; HttpOnly; SameSite=Strict; Path=/' })
      .end();
  }
  if (!signedIn) return answer(response, problem(401, 'signed-out', 'Sign in first.'));
  if (request.method === 'DELETE' && url.pathname === '/api/session') {
    return response.writeHead(204, { 'set-cookie': 'souk_mock=; Max-Age=0; Path=/' }).end();
  }
  if (url.pathname === '/api/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('event: hello\ndata: {}\n\n');
    listeners.add(response);
    return request.on('close', () => listeners.delete(response));
  }
  const logs = /^\/api\/stores\/(\w+)\/logs$/.exec(url.pathname);
  if (logs) return writeLog(request, response, url.searchParams);
  const [handler, id] = findRoute(request.method, url.pathname) ?? [];
  if (!handler) return answer(response, problem(404, 'not-found', 'Nothing is here.'));
  return answer(response, handler(url, id, body, request));
}).listen(PORT, '127.0.0.1', () =>
  console.log(`mock of souk on http://127.0.0.1:${PORT}, token "${TOKEN}"`),
);
