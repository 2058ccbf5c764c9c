import { overTime } from '../../charts/over-time.js';
import { figure } from '../../cli/render-table.js';
import type { FloorFigure } from '../../floors/floor.js';
import type { LatencySummary } from '../../measure/latencies.js';
import type { Expected } from '../../receiver/ledger.js';
import type { RowResult } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { complaints, costOf, describeCost } from '../describe.js';
import { complaintsOfSends, lostOfSends, wrongOfSends } from '../send-complaints.js';
import { wholeSends, type SendsMeasured } from '../with-sends.js';

/** Of the endpoint that gets the events that are measured. */
export const probeGroup = 'probes';

export interface Outcome extends SendsMeasured {
  readonly rate: number;
  readonly probes: number;
  readonly floor: FloorFigure;
  /** The probes. */
  readonly expectations: readonly Expected[];
}

/** targets.md, ms */
const target = { p50: 15, p99: 75, acceptP99: 25 };

export async function summarise(stack: BenchStack, outcome: Outcome): Promise<RowResult> {
  const { load, verdict, span, floor, expectations, quiet } = outcome;
  const { receiver, events } = stack;
  const phases = ['load'];
  const webhook = await receiver.ask('latencies', { group: probeGroup, phases });
  const whole = await receiver.ask('latencies', { group: wholeSends, phases });
  const course = await receiver.ask('course', { group: probeGroup, phase: 'load', start: load.start });
  const account = await receiver.ask('account', { expectations });
  const counts = await receiver.ask('counts', {});
  const accept = load.latencies.summary();
  const lost = lostOfSends(outcome) + account.lost;
  const wrong = wrongOfSends(outcome, counts) + account.unexpected;
  const inTime =
    webhook.p50Ms <= target.p50 && webhook.p99Ms <= target.p99 && accept.p99Ms <= target.acceptP99;
  return {
    figure: webhook.p99Ms,
    unit: 'ms p99',
    floor: floor.p99Ms,
    ratio: webhook.p99Ms / floor.p99Ms,
    target: `p50 ≤ ${target.p50}, p99 ≤ ${target.p99}; accept p99 ≤ ${target.acceptP99}`,
    met: inTime && lost + wrong === 0 && quiet && load.refused === 0,
    lost,
    duplicated: verdict.doubled.length,
    wrong,
    ...{ p50Ms: webhook.p50Ms, p99Ms: webhook.p99Ms },
    ...costOf(span, load.accepted.length),
    notes: [
      `beside ${figure(outcome.rate)} sends/s, of which ${figure(load.accepted.length)} were accepted: event → webhook is measured on ${figure(webhook.count)} events put onto the stream for another account, from when each was due to its arrival`,
      `floor: HMAC, undici POST and insert in a bare process, ${figure(outcome.probes)} a second, nothing beside: p50 ${figure(floor.p50Ms)} ms`,
      ...describeCost(span, load.accepted.length, 'send'),
      ...complaints(account, { ...counts, refused: 0, changed: 0 }),
      ...complaintsOfSends(load, verdict, counts, outcome),
    ],
    details: {
      columns: ['from when it was due', 'count', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms'],
      rows: [
        cells('event → webhook', webhook),
        cells('of that: until the stream had it', events.storing.summary()),
        cells('guest → accepted', accept),
        cells('guest → both webhooks', whole),
      ],
    },
    charts: overTime({
      unit: 'per second',
      courses: [
        { name: 'event → webhook', seconds: course.seconds.slice(0, -1) },
        { name: 'guest → accepted', seconds: load.course().slice(0, -1) },
      ],
    }),
  };
}

const cells = (what: string, { count, p50Ms, p90Ms, p99Ms, maxMs }: LatencySummary): string[] => [
  what,
  ...[count, p50Ms, p90Ms, p99Ms, maxMs].map(figure),
];
