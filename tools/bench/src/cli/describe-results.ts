import type { RowResult } from '../row.js';
import { figure, renderTable } from './render-table.js';

export type Named = RowResult & { readonly name: string };

const columns = [
  ...['row', 'figure', 'unit', 'floor', 'ratio', 'target', 'reached'],
  ...['lost', 'duplicated', 'p50 ms', 'p99 ms'],
];

/** The table of all rows, and below it what each has to say. */
export function describeResults(results: readonly Named[]): string {
  if (results.length === 0) return '';
  const table = renderTable({ columns, rows: results.map(cells) });
  return ['', ...results.map(describe), table, ''].join('\n');
}

function cells(result: Named): string[] {
  const { name, unit, target, met, floor, ratio, lost, duplicated } = result;
  const optional = (value: number | undefined) => (value === undefined ? '–' : figure(value));
  return [
    ...[name, figure(result.figure), unit, optional(floor)],
    ...[ratio === undefined ? '–' : ratio.toFixed(2), target, met ? 'yes' : 'no'],
    ...[figure(lost), figure(duplicated), figure(result.p50Ms), figure(result.p99Ms)],
  ];
}

function describe({ name, notes, details }: Named): string {
  const lines = notes.map((note) => `  - ${note}`);
  const table = details ? renderTable(details).replaceAll(/^/gm, '  ') : '';
  return [name, ...lines, ...(table ? ['', table] : []), ''].join('\n');
}

/** The same for programs. */
export const toJson = (results: readonly Named[], at = new Date()): string =>
  `${JSON.stringify({ at: at.toISOString(), node: process.version, rows: results }, null, 2)}\n`;
