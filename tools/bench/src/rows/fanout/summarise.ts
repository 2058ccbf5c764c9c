import { overTime } from '../../charts/over-time.js';
import { figure } from '../../cli/render-table.js';
import type { FloorFigure } from '../../floors/floor.js';
import { overallRate } from '../../floors/overall-rate.js';
import type { Span } from '../../measure/sampler.js';
import type { Expected } from '../../receiver/ledger.js';
import type { RowResult } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { complaints, costOf, describeCost } from '../describe.js';
import { deliveredInLog } from '../delivered-in-log.js';
import { arrivalTimes } from './arrival-times.js';

/** Of the endpoints at the receiver. */
export const group = 'fanout';

export interface Outcome {
  readonly deliveries: number;
  readonly accounts: number;
  /** Ahead of the deliveries, and after them. */
  readonly floors: readonly FloorFigure[];
  readonly expectations: readonly Expected[];
  /** When the deliveries were let go, on the clock of `nowMicros`. */
  readonly from: number;
  readonly span: Span;
  /** From then until the stream had been told of the last. */
  readonly logSeconds: number;
  /** Whether it came to that in time. */
  readonly done: boolean;
}

/** targets.md */
const [target, share] = [4_000, 0.6];

export async function summarise(stack: BenchStack, outcome: Outcome): Promise<RowResult> {
  const { deliveries, floors, expectations, from, span, done } = outcome;
  const { receiver } = stack;
  const course = await receiver.ask('course', { group, phase: 'load', start: from });
  const account = await receiver.ask('account', { expectations });
  const repeats = await receiver.ask('repeats');
  const counts = await receiver.ask('counts', {});
  const inLog = await deliveredInLog(stack);
  const expected = expectations.reduce((sum, { ids }) => sum + ids.length, 0);
  const unlogged = Math.max(0, expected - inLog);
  const seconds = course.last / 1_000_000;
  const perSecond = course.count / seconds;
  const floor = overallRate(floors);
  const ratio = perSecond / floor;
  const lost = account.lost + unlogged;
  const wrong = counts.changed + counts.refused + account.unexpected;
  // From when they were let go: how long they had been on the stream before is the row's doing.
  const { p50Ms, p99Ms } = arrivalTimes(course.seconds);
  return {
    figure: perSecond,
    unit: 'deliveries/s',
    ...{ floor, ratio },
    target: `≥ ${figure(target)}, ratio ≥ ${share}`,
    met: perSecond >= target && ratio >= share && lost + wrong + repeats.length === 0 && done,
    lost,
    duplicated: repeats.length,
    wrong,
    ...{ p50Ms, p99Ms },
    ...costOf(span, deliveries),
    notes: [
      `${figure(deliveries)} events on the stream while webhooks stood still; to ${outcome.accounts} endpoints of as many accounts, from when it was let go to the last arrival ${figure(seconds)} s; p50 and p99 are when half and 99 % of all had arrived`,
      done
        ? `all of them were logged and acknowledged ${figure(Math.max(0, outcome.logSeconds - seconds) * 1_000)} ms after the last arrival`
        : `NOT ALL were logged and acknowledged after ${figure(outcome.logSeconds)} s`,
      `floor, before and after: undici POST to the same receiver, HMAC and batched insert in one process; ${floors.map((one) => `${figure(one.perSecond)}/s for ${(one.cpuSeconds * 1_000).toFixed(3)} ms of CPU each`).join(', ')}`,
      ...describeCost(span, deliveries, 'delivery'),
      ...(unlogged > 0 ? [`LOST from the log: ${unlogged}`] : []),
      ...complaints(account, counts),
    ],
    charts: overTime({
      unit: 'deliveries/s',
      courses: [{ name: 'delivered', seconds: course.seconds.slice(0, -1) }],
      limit: { name: 'target', value: target },
    }).slice(0, 1),
  };
}
