// Processor and memory of a store over time, each under the limit of its plan. Loaded when there is
// something to draw, because of the chart library's weight. Each chart is a figure whose numbers stand
// in a table for those who do not see it.
import {
  Area,
  AreaChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { StoreUsage } from '../../api/model';
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

const TICK = { fill: 'currentColor', fontSize: 11.5 };

function Chart({ title, window, intervalSeconds, points, limit, amount }: ChartProps) {
  const most = Math.max(...points.map((point) => point.most));
  const long = window === '24h' || window === '48h';
  const moment = (at: number) => (long ? DAYTIME : HOUR_MINUTE).format(new Date(at));
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.lead}>
        {texts.usage.lead(title, amount(most), texts.usage.windows[window])}
      </figcaption>
      <div className={classes.chart} aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart
            data={withHoles(points, intervalSeconds)}
            margin={{ top: 6, right: 0, bottom: 0, left: -16 }}
            accessibilityLayer={false}
          >
            <XAxis
              dataKey="at"
              type="number"
              domain={['dataMin', 'dataMax']}
              tickFormatter={moment}
              tickLine={false}
              axisLine={false}
              interval="preserveStartEnd"
              minTickGap={24}
              tick={TICK}
            />
            <YAxis
              tickLine={false}
              axisLine={false}
              tick={TICK}
              width={56}
              domain={[0, (highest: number) => Math.max(highest, limit ?? 0)]}
            />
            <Tooltip
              labelFormatter={(at) => moment(Number(at))}
              formatter={(value) => amount(Number(value))}
              contentStyle={{
                background: 'var(--souk-card)',
                border: '1px solid var(--souk-line)',
                borderRadius: 8,
              }}
              itemStyle={{ color: 'inherit' }}
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
        </ResponsiveContainer>
      </div>
      <table className="visually-hidden">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.usage.from}</th>
            <th scope="col">{texts.usage.mean}</th>
            <th scope="col">{texts.usage.most}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.at}>
              <th scope="row">{moment(point.at)}</th>
              <td>{amount(point.mean)}</td>
              <td>{amount(point.most)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
