import { figure } from '../../cli/render-table.js';
import type { Span } from '../../measure/sampler.js';
import type { Expected } from '../../receiver/ledger.js';
import type { RowResult } from '../../row.js';
import type { AddedEndpoint } from '../../stack/add-endpoints.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { complaints, percent } from '../describe.js';

export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly span: Span;
}

export interface Outcome {
  readonly down: AddedEndpoint;
  /** Of the others. */
  readonly expectations: readonly Expected[];
  readonly deliveries: number;
  /** Arrived while it was draining. */
  readonly drained: number;
  readonly replayRate: number;
  /** before, seeding, beside, noticing, draining */
  readonly phases: readonly Phase[];
}

/** targets.md: "memory per service, under load: ≤ 200 MiB RSS, flat over time". */
const rssLimitMiB = 200;
/** How near to the replay rate it has to drain, and how much more than before the others may wait. */
const nearEnough = 0.9;
const limit = 1.3;
/** Below this, a ratio of two p99s tells more of the machine than of the platform. */
const noiseMs = 10;

export async function summarise(stack: BenchStack, outcome: Outcome): Promise<RowResult> {
  const { down, expectations, deliveries, drained, replayRate, phases } = outcome;
  const { receiver } = stack;
  const of = (name: string) => phases.find((phase) => phase.name === name) as Phase;
  const latencies = new Map(
    await Promise.all(
      phases.map(
        async ({ name }) =>
          [name, await receiver.ask('latencies', { group: 'others', phases: [name] })] as const,
      ),
    ),
  );
  const p99 = (name: string) => latencies.get(name)?.p99Ms ?? 0;
  const account = await receiver.ask('account', { expectations });
  // In this order: what is delivered between the two looks counts twice, not as lost.
  const left = await stillWaiting(stack, down.subscriptionId);
  const counts = await receiver.ask('counts', { endpoint: down.name });
  const repeats = await receiver.ask('repeats');
  const lost = Math.max(0, deliveries - counts.distinct - left);
  const rate = drained / of('draining').seconds;
  const rss = ['beside', 'noticing', 'draining'].map((name) => of(name).span.rss.webhooks?.max ?? 0);
  const flat = Math.max(...rss) <= rssLimitMiB;
  const unaffected = ['beside', 'draining'].every(
    (name) => p99(name) <= Math.max(limit * p99('before'), noiseMs),
  );
  return {
    figure: rate,
    unit: 'deliveries/s drained',
    floor: replayRate,
    ratio: rate / replayRate,
    target: `ratio ${nearEnough}–1.1, others’ p99 ≤ ${limit} × before, RSS ≤ ${rssLimitMiB} MiB`,
    met: Math.abs(rate / replayRate - 1) <= 1 - nearEnough && flat && unaffected,
    lost: account.lost + lost,
    duplicated: repeats.length,
    wrong: counts.changed + counts.refused + account.unexpected,
    p50Ms: latencies.get('beside')?.p50Ms ?? 0,
    p99Ms: p99('beside'),
    notes: [
      `${figure(deliveries)} deliveries wait for one endpoint; the others’ p99 is ${figure(p99('before'))} ms before, ${figure(p99('beside'))} ms beside them and ${figure(p99('draining'))} ms while they drain`,
      `webhooks held ${figure(of('before').span.rss.webhooks?.last ?? 0)} MiB before, ${figure(of('beside').span.rss.webhooks?.max ?? 0)} MiB at most beside the backlog, ${figure(of('draining').span.rss.webhooks?.last ?? 0)} MiB at the end`,
      `that the endpoint was back was noticed after ${figure(of('noticing').seconds)} s; ${figure(left)} still wait`,
      ...(lost > 0 ? [`LOST ${lost} of the backlog: neither delivered nor waiting`] : []),
      ...complaints(account, counts),
    ],
    details: {
      columns: ['phase', 's', 'p50 ms', 'p99 ms', 'webhooks MiB', 'webhooks cpu', 'postgres cpu', 'nats cpu'],
      rows: phases.map((phase) => [
        ...[phase.name, figure(Math.round(phase.seconds))],
        ...[figure(latencies.get(phase.name)?.p50Ms ?? 0), figure(p99(phase.name))],
        figure(Math.round(phase.span.rss.webhooks?.max ?? 0)),
        ...['webhooks', 'postgres', 'nats'].map((name) => percent(phase.span.cpu[name] ?? 0)),
      ]),
    },
  };
}

async function stillWaiting({ database }: BenchStack, subscriptionId: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    'SELECT count(*) FROM waiting WHERE subscription_id = $1',
    [subscriptionId],
  );
  return Number(rows[0]?.count);
}
