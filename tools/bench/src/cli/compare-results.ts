import type { Table } from '../row.js';
import type { Named } from './named.js';
import { figure } from './render-table.js';
import type { Earlier } from './to-json.js';

/** Smaller changes say nothing: two runs of the same thing differ as much. */
const noise = 0.01;

/**
 * Each row beside what it was: `old → new change`, with ▲ where it has become better and ▼ where worse. Rows that are
 * not in both are left out.
 */
export function compareResults(results: readonly Named[], earlier: readonly Earlier[]): Table {
  const columns = ['row', 'figure', 'unit', 'ratio', 'CPU s per 1,000', 'p99 ms'];
  const rows = results.flatMap((now) => {
    const before = earlier.find(({ name }) => name === now.name);
    return before ? [compareRow(now, before)] : [];
  });
  return { columns, rows };
}

function compareRow(now: Named, before: Earlier): string[] {
  const more = isMoreBetter(now.unit);
  return [
    now.name,
    change(before.figure, now.figure, more),
    now.unit,
    change(before.ratio, now.ratio, more),
    change(before.cpuSecondsPer1000?.all, now.cpuSecondsPer1000?.all, false),
    change(before.p99Ms, now.p99Ms, false),
  ];
}

/** Of what comes per second there should be much, of everything else (time, cost) little. */
const isMoreBetter = (unit: string): boolean => unit.includes('/s');

function change(
  before: number | null | undefined,
  now: number | null | undefined,
  isMoreGood: boolean,
): string {
  if (before == null || now == null) return '–';
  const both = `${figure(before)} → ${figure(now)}`;
  if (before === 0) return both;
  const by = now / before - 1;
  const percent = `${by < 0 ? '−' : '+'}${Math.abs(by * 100).toFixed(1)} %`;
  const sign = Math.abs(by) < noise ? '=' : by > 0 === isMoreGood ? '▲' : '▼';
  return `${both}  ${percent} ${sign}`;
}
