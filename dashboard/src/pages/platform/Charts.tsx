// Births over time and the histogram of times to ready. Loaded after the page, because the chart
// library weighs more than the rest of it. Each chart is a figure whose numbers stand in a table for
// those who do not see it.
import type { ReactNode } from 'react';
import { Bar, BarChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Births, HistogramBar, Metrics } from '../../api/model';
import { Panel } from '../../components/Panel';
import { texts } from '../../texts';
import classes from './Charts.module.css';

interface Point {
  label: string;
  count: number;
}

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });

export function birthPoints(births: Births[]): Point[] {
  return births.map(({ day, count }) => ({ label: DAY.format(new Date(day)), count }));
}

export function readyPoints(bars: HistogramBar[]): Point[] {
  return bars.map(({ upTo, count }, index) => {
    const from = bars[index - 1]?.upTo ?? 0;
    const label = upTo === null ? texts.platform.lastBar(from) : texts.platform.bar(from, upTo);
    return { label, count };
  });
}

export default function Charts({ metrics }: { metrics: Metrics }) {
  const { births, timeToReadySeconds: ready } = metrics;
  const asked = births.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className={classes.pair}>
      <Chart
        title={texts.platform.births}
        lead={texts.platform.birthsLead}
        aside={texts.platform.birthsTotal(asked)}
        column={texts.platform.birthsDay}
        points={birthPoints(births)}
      />
      <Chart
        title={texts.platform.histogram}
        lead={texts.platform.histogramLead(ready.count)}
        column={texts.platform.histogram}
        points={readyPoints(ready.histogram)}
      />
    </div>
  );
}

interface ChartProps {
  title: string;
  lead: string;
  aside?: ReactNode;
  column: string;
  points: Point[];
}

function Chart({ title, lead, aside, column, points }: ChartProps) {
  return (
    <Panel title={title} aside={<span className={classes.aside}>{aside}</span>}>
      <figure className={classes.figure}>
        <figcaption className={classes.lead}>{lead}</figcaption>
        <div className={classes.chart} aria-hidden="true">
          <ResponsiveContainer width="100%" height="100%">
            <BarChart
              data={points}
              margin={{ top: 6, right: 0, bottom: 0, left: -28 }}
              accessibilityLayer={false}
            >
              <XAxis
                dataKey="label"
                tickLine={false}
                axisLine={false}
                interval="preserveStartEnd"
                minTickGap={16}
                tick={{ fill: 'currentColor', fontSize: 11.5 }}
              />
              <YAxis
                allowDecimals={false}
                tickLine={false}
                axisLine={false}
                tick={{ fill: 'currentColor', fontSize: 11.5 }}
              />
              <Tooltip
                cursor={{ fill: 'var(--souk-hover)' }}
                contentStyle={{
                  background: 'var(--souk-card)',
                  border: '1px solid var(--souk-line)',
                  borderRadius: 8,
                }}
                itemStyle={{ color: 'inherit' }}
              />
              <Bar
                dataKey="count"
                name={texts.platform.birthsCount}
                fill="var(--mantine-primary-color-filled)"
                radius={[3, 3, 0, 0]}
                isAnimationActive={false}
              />
            </BarChart>
          </ResponsiveContainer>
        </div>
        <table className="visually-hidden">
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">{column}</th>
              <th scope="col">{texts.platform.birthsCount}</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ label, count }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </figure>
    </Panel>
  );
}
