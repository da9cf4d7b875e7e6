// Processor and memory of a store over time, each under the limit of its plan. Loaded when there is
// something to draw, because of the chart library's weight.
import { Area, AreaChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import type { StoreUsage } from '../../api/model';
import { AXIS, Figure, TICK, TOOLTIP } from '../../components/Figure';
import { DAYTIME, HOUR_MINUTE } from '../../components/time';
import { texts } from '../../texts';
import classes from './UsagePanel.module.css';

export interface Point {
  /** Beginning of the interval, in milliseconds. */
  at: number;
  /** On average and at most; null where nothing was measured. */
  mean: number | null;
  most: number | null;
}

/** The points with a hole in place of what was not measured, so that no line is drawn over it. */
export function withHoles(points: Point[], intervalSeconds: number): Point[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const missing = before !== undefined && point.at - before.at > intervalSeconds * 1_500;
    return missing ? [{ at: before.at + 1, mean: null, most: null }, point] : [point];
  });
}

export default function UsageCharts({ usage }: { usage: StoreUsage }) {
  const { points, plan, window } = usage;
  const cpu = points.map((point) => ({
    at: Date.parse(point.at),
    mean: point.cpuMillicores / 1_000,
    most: point.cpuMillicoresMax / 1_000,
  }));
  const memory = points.map((point) => ({
    at: Date.parse(point.at),
    mean: point.memoryMebibytes,
    most: point.memoryMebibytesMax,
  }));
  const shared = { window, intervalSeconds: usage.intervalSeconds };
  return (
    <div className={classes.pair}>
      <Chart
        title={texts.usage.cpu}
        points={cpu}
        limit={plan === null ? null : plan.cpuLimitMillicores / 1_000}
        amount={texts.usage.cores}
        {...shared}
      />
      <Chart
        title={texts.usage.memory}
        points={memory}
        limit={plan === null ? null : plan.memoryLimitMebibytes}
        amount={texts.usage.mebibytes}
        {...shared}
      />
    </div>
  );
}

interface ChartProps {
  title: string;
  window: StoreUsage['window'];
  intervalSeconds: number;
  points: { at: number; mean: number; most: number }[];
  /** What the plan gives at most. */
  limit: number | null;
  amount: (value: number) => string;
}

function Chart({ title, window, intervalSeconds, points, limit, amount }: ChartProps) {
  const most = Math.max(...points.map((point) => point.most));
  const long = window === '24h' || window === '48h';
  const moment = (at: number) => (long ? DAYTIME : HOUR_MINUTE).format(new Date(at));
  return (
    <Figure
      title={title}
      lead={texts.usage.lead(title, amount(most), texts.usage.windows[window])}
      height={150}
      columns={[texts.usage.from, texts.usage.mean, texts.usage.most]}
      rows={points.map((point) => [moment(point.at), amount(point.mean), amount(point.most)])}
    >
      <AreaChart
        data={withHoles(points, intervalSeconds)}
        margin={{ top: 6, right: 0, bottom: 0, left: -16 }}
        accessibilityLayer={false}
      >
        <XAxis
          {...AXIS}
          dataKey="at"
          type="number"
          domain={['dataMin', 'dataMax']}
          tickFormatter={moment}
          interval="preserveStartEnd"
          minTickGap={24}
        />
        <YAxis
          {...AXIS}
          width={56}
          domain={[0, (highest: number) => Math.max(highest, limit ?? 0)]}
        />
        <Tooltip
          {...TOOLTIP}
          labelFormatter={(at) => moment(Number(at))}
          formatter={(value) => amount(Number(value))}
        />
        {limit !== null && (
          <ReferenceLine
            y={limit}
            stroke="currentColor"
            strokeDasharray="4 4"
            label={{
              value: texts.usage.limit(amount(limit)),
              position: 'insideTopRight',
              ...TICK,
            }}
          />
        )}
        <Area
          dataKey="most"
          name={texts.usage.most}
          stroke="none"
          fill="var(--mantine-primary-color-filled)"
          fillOpacity={0.16}
          isAnimationActive={false}
        />
        <Area
          dataKey="mean"
          name={texts.usage.mean}
          stroke="var(--mantine-primary-color-filled)"
          fill="var(--mantine-primary-color-filled)"
          fillOpacity={0.3}
          dot={points.length === 1}
          isAnimationActive={false}
        />
      </AreaChart>
    </Figure>
  );
}
