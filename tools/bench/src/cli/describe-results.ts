import type { Table } from '../row.js';
import type { Named } from './named.js';
import { figure, renderTable } from './render-table.js';

const columns = [
  ...['row', 'figure', 'unit', 'floor', 'ratio', 'target', 'reached'],
  ...['lost', 'duplicated', 'p50 ms', 'p99 ms'],
];

/** What each row has to say, then the table of all, what they cost and the memory that was held. */
export function describeResults(results: readonly Named[]): string {
  if (results.length === 0) return '';
  const titled = (title: string, table: Table) =>
    table.rows.length > 0 ? [title, '', renderTable(table), ''] : [];
  return [
    '',
    ...results.map(describe),
    renderTable({ columns, rows: results.map(cells) }),
    '',
    ...titled(
      'CPU seconds per 1,000 of what the row counts, by process',
      byProcess(results, ({ cpuSecondsPer1000 = {} }) => cpuSecondsPer1000, cost),
    ),
    ...titled(
      'MiB resident at the most, by process',
      byProcess(
        results,
        ({ rssMiB = {} }) => rssMiB,
        (value) => figure(Math.round(value)),
      ),
    ),
  ].join('\n');
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

/** A column per process that any row knows, in the order in which they turn up. */
function byProcess(
  results: readonly Named[],
  of: (result: Named) => Readonly<Record<string, number>>,
  show: (value: number) => string,
): Table {
  const known = results.filter((result) => Object.keys(of(result)).length > 0);
  const processes = [...new Set(known.flatMap((result) => Object.keys(of(result))))];
  const cell = (value: number | undefined) => (value === undefined ? '–' : show(value));
  return {
    columns: ['row', ...processes],
    rows: known.map((result) => [result.name, ...processes.map((process) => cell(of(result)[process]))]),
  };
}

/** What ten thousand cost together is told as well. */
const cost = (seconds: number): string => seconds.toFixed(seconds < 0.1 ? 4 : 3);

function describe({ name, notes, details }: Named): string {
  const lines = notes.map((note) => `  - ${note}`);
  const table = details ? renderTable(details).replaceAll(/^/gm, '  ') : '';
  return [name, ...lines, ...(table ? ['', table] : []), ''].join('\n');
}
