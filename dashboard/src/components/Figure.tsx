// A chart, and its numbers in a table for those who do not see it. With how axes and tooltips of all charts
// look. Loaded by pages after themselves, because of the chart library's weight.
import type { ReactElement } from 'react';
import { ResponsiveContainer } from 'recharts';
import classes from './Figure.module.css';

export const TICK = { fill: 'currentColor', fontSize: 11.5 };
export const AXIS = { tickLine: false, axisLine: false, tick: TICK };
export const TOOLTIP = {
  contentStyle: {
    background: 'var(--souk-card)',
    border: '1px solid var(--souk-line)',
    borderRadius: 8,
  },
  itemStyle: { color: 'inherit' },
};

interface FigureProps {
  title: string;
  lead: string;
  /** Of the chart, in pixels. */
  height: number;
  columns: string[];
  /** What stands at the head of each row, and its cells. */
  rows: [string, ...(string | number)[]][];
  children: ReactElement;
}

export function Figure({ title, lead, height, columns, rows, children }: FigureProps) {
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.lead}>{lead}</figcaption>
      <div className={classes.chart} style={{ height }} aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          {children}
        </ResponsiveContainer>
      </div>
      <table className="visually-hidden">
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([head, ...cells], row) => (
            <tr key={row}>
              <th scope="row">{head}</th>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
