// Made-up numbers of what a store uses, for mock/server.mjs: waves for a store that is ready, nothing yet for
// the others, and no metrics server at all with METRICS=none.
const WINDOWS = { '1h': [1, 5], '6h': [6, 5], '24h': [24, 30], '48h': [48, 30] };
const PLANS = {
  small: {
    cpuRequestMillicores: 40,
    cpuLimitMillicores: 2000,
    memoryRequestMebibytes: 168,
    memoryLimitMebibytes: 640,
  },
  standard: {
    cpuRequestMillicores: 80,
    cpuLimitMillicores: 4000,
    memoryRequestMebibytes: 224,
    memoryLimitMebibytes: 1024,
  },
};

export function usage(store, wanted) {
  const window = wanted.get('window') ?? '6h';
  const [hours, minutes] = WINDOWS[window];
  const measured = process.env.METRICS !== 'none';
  const length = minutes * 60_000;
  const last = Math.floor(Date.now() / length);
  const points = Array.from({ length: (hours * 60) / minutes + 1 }, (_, index) => {
    const at = last - (hours * 60) / minutes + index;
    const cpu = Math.round(420 + 380 * Math.sin(at / 7));
    const memory = Math.round(310 + 60 * Math.sin(at / 11));
    return {
      at: new Date(at * length).toISOString(),
      cpuMillicores: cpu,
      cpuMillicoresMax: Math.round(cpu * 1.8 + 30 * (at % 5)),
      memoryMebibytes: memory,
      memoryMebibytesMax: memory + 18,
    };
  }).filter(({ at }) => at >= store.createdAt);
  const shown = measured && store.phase === 'Ready' ? points : [];
  const newest = shown.at(-1);
  return {
    available: measured,
    reason: measured ? null : 'NoMetricsServer',
    message: measured
      ? null
      : 'The cluster has no metrics server. Numbers come once one is installed.',
    window,
    intervalSeconds: minutes * 60,
    plan: { name: store.plan, ...PLANS[store.plan] },
    now: newest
      ? {
          at: new Date().toISOString(),
          cpuMillicores: newest.cpuMillicores,
          memoryMebibytes: newest.memoryMebibytes,
        }
      : null,
    points: shown,
  };
}
