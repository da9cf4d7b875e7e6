// Births over time and the histogram of times to ready. Loaded after the page, because the chart
// library weighs more than the rest of it.
import type { ReactNode } from 'react';
import { Bar, BarChart, Tooltip, XAxis, YAxis } from 'recharts';
import type { Births, HistogramBar, Metrics } from '../../api/model';
import { AXIS, Figure, TOOLTIP } from '../../components/Figure';
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
      <Figure
        title={title}
        lead={lead}
        height={200}
        columns={[column, texts.platform.birthsCount]}
        rows={points.map(({ label, count }) => [label, count])}
      >
        <BarChart
          data={points}
          margin={{ top: 6, right: 0, bottom: 0, left: -28 }}
          accessibilityLayer={false}
        >
          <XAxis {...AXIS} dataKey="label" interval="preserveStartEnd" minTickGap={16} />
          <YAxis {...AXIS} allowDecimals={false} />
          <Tooltip {...TOOLTIP} cursor={{ fill: 'var(--souk-hover)' }} />
          <Bar
            dataKey="count"
            name={texts.platform.birthsCount}
            fill="var(--mantine-primary-color-filled)"
            radius={[3, 3, 0, 0]}
            isAnimationActive={false}
          />
        </BarChart>
      </Figure>
    </Panel>
  );
}
