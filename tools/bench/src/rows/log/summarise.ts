import { figure } from '../../cli/render-table.js';
import type { RowResult } from '../../row.js';
import type { DatabaseTime } from './explainer.js';
import type { DeepPages, Measured } from './measure.js';

export interface Explained extends Measured, DatabaseTime {
  readonly plan: string | undefined;
}

export interface Outcome {
  readonly explained: readonly Explained[];
  readonly deep: DeepPages;
  /** Of the deepest page. */
  readonly deepest: DatabaseTime;
  readonly rows: number;
}

/** Issue: "filters and keyset paging that stay under 20 ms at 5 million rows". */
const limitMs = 20;

export function summarise({ explained, deep, deepest, rows }: Outcome): RowResult {
  const slowest = Math.max(...explained.map(({ databaseMs }) => databaseMs), deepest.databaseMs);
  const all = explained.map(({ latency }) => latency);
  const missing = explained.filter(({ plan }) => plan === undefined).length;
  return {
    figure: slowest,
    unit: 'ms in the database',
    target: `every query < ${limitMs} ms`,
    met: slowest < limitMs && missing === 0,
    lost: 0,
    duplicated: 0,
    p50Ms: median(all.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...all.map(({ p99Ms }) => p99Ms)),
    notes: [
      `${figure(rows)} deliveries over 30 days; p50 is the median query’s, p99 the worst query’s, both over HTTP`,
      `down the log: ${deep.pages} pages, ${figure(deep.entries)} deliveries, p50 ${figure(deep.latency.p50Ms)} ms, p99 ${figure(deep.latency.p99Ms)} ms over HTTP; the deepest ${figure(deepest.databaseMs)} ms in the database`,
      'database: all statements of one request on the log together, planning included, as the service asked them (auto_explain); plan: of the slowest of them',
      ...(missing > 0 ? [`no plan was seen of ${missing} queries`] : []),
    ],
    details: {
      columns: [
        'log',
        'query',
        'entries',
        'first ms',
        'p50 ms',
        'p99 ms',
        'database ms',
        'of it planning',
        'plan',
      ],
      rows: explained.map(({ query, entries, firstMs, latency, databaseMs, planningMs, plan }) => [
        ...[query.profile, query.about, figure(entries), figure(firstMs)],
        ...[figure(latency.p50Ms), figure(latency.p99Ms), figure(databaseMs)],
        ...[figure(planningMs), plan ?? 'none seen'],
      ]),
    },
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
