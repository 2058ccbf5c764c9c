import { figure } from '../../cli/render-table.js';
import type { LatencySummary } from '../../measure/latencies.js';
import type { Span } from '../../measure/sampler.js';
import type { Expected } from '../../receiver/ledger.js';
import type { RowResult } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { complaints, costOf, describeUsage, percent } from '../describe.js';
import type { Scene } from './scene.js';
import type { Slice } from './slices.js';

export interface Outcome {
  readonly scene: Scene;
  readonly slices: readonly Slice[];
  readonly expectations: readonly Expected[];
  /** Events that went to sick endpoints as well. */
  readonly sickEvents: number;
  readonly span: Span;
  /** By slice. */
  readonly spans: ReadonlyMap<string, Span>;
  readonly endpoints: number;
  readonly rate: number;
  readonly seconds: number;
}

const limit = 1.3;

export async function summarise(stack: BenchStack, outcome: Outcome): Promise<RowResult> {
  const { scene, slices, expectations } = outcome;
  const { receiver } = stack;
  const over = (which: readonly Slice[]) =>
    receiver.ask('latencies', { group: 'watched', phases: which.map(({ name }) => name) });
  const without = await over(slices.filter(({ sick }) => !sick));
  const beside = await over(slices.filter(({ sick }) => sick));
  const account = await receiver.ask('account', { expectations });
  const watched = new Set(scene.watched.flatMap(({ endpoints }) => endpoints));
  const repeats = (await receiver.ask('repeats')).filter(({ endpoint }) => watched.has(endpoint));
  const counts = await receiver.ask('counts', {});
  const sickMissing = outcome.sickEvents * scene.sickPerEvent - (await logged(stack, scene.sick));
  const each = await Promise.all(slices.map(async (slice) => ({ slice, latency: await over([slice]) })));
  const typical = (sick: boolean) =>
    median(each.filter(({ slice }) => slice.sick === sick).map(({ latency }) => latency.p99Ms));
  const ratio = typical(true) / typical(false);
  return {
    figure: typical(true),
    unit: 'ms p99',
    floor: typical(false),
    ratio,
    target: `ratio ≤ ${limit}`,
    // Of what never arrived there is no latency.
    met: ratio <= limit && account.lost === 0,
    lost: account.lost + Math.max(0, sickMissing),
    duplicated: repeats.length,
    wrong: counts.changed + counts.refused + account.unexpected,
    p50Ms: beside.p50Ms,
    p99Ms: beside.p99Ms,
    ...costOf(outcome.span, without.count + beside.count),
    notes: [
      `${outcome.endpoints} endpoints of ${scene.watched.length} accounts, ${figure(outcome.rate)} deliveries/s, slices of ${outcome.seconds} s; latency from when an event was due to its arrival at the ${watched.size} endpoints that are well throughout`,
      'figure and floor are the median slice’s: a disturbance from outside meets one slice, not the comparison',
      `all slices together, no endpoint sick: p50 ${figure(without.p50Ms)} ms, p99 ${figure(without.p99Ms)} ms; 30 % sick: p50 ${figure(beside.p50Ms)} ms, p99 ${figure(beside.p99Ms)} ms`,
      storingNote(stack),
      ...(sickMissing > 0
        ? [`LOST ${sickMissing} deliveries of sick endpoints: they are not in the log`]
        : []),
      ...describeUsage(outcome.span),
      ...complaints(account, counts),
    ],
    details: {
      columns: [
        ...['slice', 'sick', 'arrivals', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms'],
        ...['webhooks MiB', 'webhooks cpu', 'postgres cpu'],
      ],
      rows: each.map(({ slice, latency }) => cells(slice, latency, outcome.spans.get(slice.name))),
    },
  };
}

const cells = (
  { name, sick }: Slice,
  { count, p50Ms, p90Ms, p99Ms, maxMs }: LatencySummary,
  span: Span | undefined,
): string[] => [
  ...[name, sick ? '30 %' : 'none'],
  ...[count, p50Ms, p90Ms, p99Ms, maxMs].map(figure),
  figure(Math.round(span?.rss.webhooks?.max ?? 0)),
  ...['webhooks', 'postgres'].map((process) => percent(span?.cpu[process] ?? 0)),
];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;

/** Deliveries of these subscriptions that the log knows. */
async function logged({ database }: BenchStack, subscriptions: readonly string[]): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    'SELECT count(*) FROM deliveries WHERE subscription_id = ANY ($1::uuid[])',
    [subscriptions],
  );
  return Number(rows[0]?.count);
}

function storingNote({ events }: BenchStack): string {
  const { p50Ms, p99Ms } = events.storing.summary();
  return `of that, until the stream had stored the event: p50 ${figure(p50Ms)} ms, p99 ${figure(p99Ms)} ms`;
}
