import { figure } from '../../cli/render-table.js';
import type { LatencySummary } from '../../measure/latencies.js';
import type { RowResult, Table } from '../../row.js';
import { costOf } from '../describe.js';
import type { Cost } from './measure.js';
import type { Seeded } from './seed.js';

/** How what was told compares with what was promised; webhooks. */
export interface Account {
  readonly lost: number;
  readonly duplicated: number;
  readonly wrong: number;
}

export interface Costs {
  readonly send: Cost;
  readonly delivery: Cost;
}

/** A query of the logs with millions of rows below it. */
export interface Asked {
  readonly about: string;
  readonly entries: number;
  /** Before anything of it was in a cache. */
  readonly firstMs: number;
  readonly latency: LatencySummary;
}

export interface Outcome {
  readonly rows: number;
  readonly rate: number;
  readonly seconds: number;
  readonly empty: Costs;
  readonly full: Costs;
  readonly seeded: readonly Seeded[];
  readonly seedSeconds: number;
  readonly asked: readonly Asked[];
  readonly account: Account;
}

const limit = { ratio: 1.2, p50Ms: 20, p99Ms: 50 };

export function summarise(outcome: Outcome): RowResult {
  const { empty, full, asked, seeded, rows, rate, seconds } = outcome;
  const [sends, deliveries] = [
    full.send.allMs / empty.send.allMs,
    full.delivery.allMs / empty.delivery.allMs,
  ];
  const ratio = Math.max(sends, deliveries);
  const slow = asked.filter(({ latency }) => latency.p50Ms > limit.p50Ms || latency.p99Ms > limit.p99Ms);
  const worst = asked.reduce((a, b) => (b.latency.p99Ms > a.latency.p99Ms ? b : a));
  return {
    figure: full.send.allMs,
    unit: 'ms CPU/send',
    floor: empty.send.allMs,
    ratio,
    target: `ratio ≤ ${limit.ratio}; logs p50 ≤ ${limit.p50Ms}, p99 ≤ ${limit.p99Ms} ms`,
    met: ratio <= limit.ratio && slow.length === 0,
    ...outcome.account,
    p50Ms: median(asked.map(({ latency }) => latency.p50Ms)),
    p99Ms: worst.latency.p99Ms,
    ...costOf(full.send.span, Math.round(rate * seconds)),
    notes: [
      `floor: the same in the same run before the tables were filled; ratio: the worse of a send’s (${sends.toFixed(2)}) and a delivery’s (${deliveries.toFixed(2)})`,
      `filled in ${outcome.seedSeconds.toFixed(0)} s: ${seeded.map(({ table, rows: count }) => `${table} ${figure(count)}`).join(', ')}`,
      `a delivery by itself: ${empty.delivery.allMs.toFixed(3)} ms, then ${full.delivery.allMs.toFixed(3)} ms`,
      `written ahead (WAL), KiB per send: ${kib(empty.send)}, then ${kib(full.send)}; per delivery: ${kib(empty.delivery)}, then ${kib(full.delivery)}`,
      `logs with ${figure(rows)} sends below them, one account in five of them asks, over HTTP: p50 is the median query’s, p99 the worst one’s (${worst.about})`,
      ...slow.map(
        ({ about, latency }) =>
          `SLOW ${about}: p50 ${figure(latency.p50Ms)} ms, p99 ${figure(latency.p99Ms)} ms`,
      ),
    ],
    details: details(outcome),
  };
}

const kib = ({ walBytes }: Cost): string => (walBytes / 1_024).toFixed(1);

/** Where it grew, and what each query took: two tables of the same form. */
function details({ empty, full, asked }: Outcome): Table {
  const processes = Object.keys(full.send.cpuMs).filter((name) => (empty.send.cpuMs[name] ?? 0) > 0.005);
  const costRow = (name: string, before: number, after: number): string[] => [
    ...[name, '', before.toFixed(3), after.toFixed(3), (after / before).toFixed(2), ''],
  ];
  return {
    columns: ['what', 'entries', 'empty / first ms', 'full / p50 ms', 'ratio', 'p99 ms'],
    rows: [
      costRow('CPU of a send, all', empty.send.allMs, full.send.allMs),
      ...processes.map((name) =>
        costRow(`CPU of a send, ${name}`, empty.send.cpuMs[name] ?? 0, full.send.cpuMs[name] ?? 0),
      ),
      costRow('CPU of a delivery, all', empty.delivery.allMs, full.delivery.allMs),
      ...['webhooks', 'postgres'].map((name) =>
        costRow(
          `CPU of a delivery, ${name}`,
          empty.delivery.cpuMs[name] ?? 0,
          full.delivery.cpuMs[name] ?? 0,
        ),
      ),
      ...asked.map(({ about, entries, firstMs, latency }) => [
        ...[about, figure(entries), figure(firstMs), figure(latency.p50Ms), '', figure(latency.p99Ms)],
      ]),
    ],
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
