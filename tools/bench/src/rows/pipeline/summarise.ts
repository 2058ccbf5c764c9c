import { overTime } from '../../charts/over-time.js';
import { figure } from '../../cli/render-table.js';
import { bareSend, type StepCosts } from '../../floors/pipeline-floor.js';
import type { Second } from '../../measure/timeline.js';
import type { RowResult } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { costOf, describeCost } from '../describe.js';
import { complaintsOfSends, lostOfSends, wrongOfSends } from '../send-complaints.js';
import { wholeSends, type SendsMeasured } from '../with-sends.js';
import { backlogOf } from './backlog.js';

export interface Outcome extends SendsMeasured {
  readonly rate: number;
  readonly seconds: number;
  /** Undefined where it was not measured. */
  readonly steps: StepCosts | undefined;
  readonly floor: number | undefined;
}

/** targets.md, sends/s */
const target = 1_000;

export async function summarise(stack: BenchStack, outcome: Outcome): Promise<RowResult> {
  const { load, verdict, span, seconds, floor, quiet } = outcome;
  const { receiver } = stack;
  const whole = await receiver.ask('course', { group: wholeSends, phase: 'load', start: load.start });
  const { p50Ms: wholeP50, p99Ms: wholeP99 } = await receiver.ask('latencies', {
    ...{ group: wholeSends, phases: ['load'] },
  });
  const counts = await receiver.ask('counts', {});
  const accepted = load.course();
  const backlog = backlogOf(accepted, whole.seconds, seconds);
  const told = upTo(whole.seconds, seconds);
  const perSecond = told / seconds;
  const { p50Ms, p99Ms } = load.latencies.summary();
  const lost = lostOfSends(outcome);
  const wrong = wrongOfSends(outcome, counts);
  return {
    figure: perSecond,
    unit: 'sends/s',
    ...(floor !== undefined && { floor, ratio: perSecond / floor }),
    target: `≥ ${figure(target)}, none lost, backlog not growing`,
    met: perSecond >= target && lost + wrong === 0 && !backlog.grows && quiet && load.refused === 0,
    lost,
    duplicated: verdict.doubled.length,
    wrong,
    ...{ p50Ms, p99Ms },
    ...costOf(span, load.accepted.length),
    notes: [
      `${figure(load.accepted.length)} accepted at ${figure(outcome.rate)}/s over ${figure(seconds)} s, ${figure(told)} of them told of completely in that time; latencies in the table are those of the accepting`,
      `whole sends, from when the guest was due to the later of the two webhooks: p50 ${figure(wholeP50)} ms, p99 ${figure(wholeP99)} ms`,
      `accepted and not told of yet: ${figure(backlog.third)} after a third, ${figure(backlog.twoThirds)} after two, ${figure(backlog.end)} at the end: it ${backlog.grows ? 'GROWS' : 'does not grow'}`,
      quiet
        ? `${figure(outcome.finishSeconds)} s after the last guest nothing was under way, in any table or stream`
        : `STILL UNDER WAY after ${figure(outcome.finishSeconds)} s`,
      ...describeFloor(outcome.steps),
      ...describeCost(span, load.accepted.length, 'send'),
      ...complaintsOfSends(load, verdict, counts, outcome),
    ],
    charts: overTime({
      unit: 'sends/s',
      courses: [
        { name: 'accepted', seconds: accepted.slice(0, -1) },
        { name: 'whole', seconds: whole.seconds.slice(0, -1) },
      ],
      limit: { name: 'target', value: target },
    }),
  };
}

const upTo = (course: readonly Second[], end: number): number =>
  course.filter(({ second }) => second < end).reduce((sum, { count }) => sum + count, 0);

function describeFloor(steps: StepCosts | undefined): string[] {
  if (!steps) return [];
  const ms = (seconds: number) => (seconds * 1_000).toFixed(3);
  const { accept, mail, event, delivery } = steps;
  return [
    `floor: all cores for the bare steps of a send, ${ms(bareSend(steps))} ms = accept ${ms(accept)} + mail ${ms(mail)} + 2 × event ${ms(event)} + 2 × delivery ${ms(delivery)}`,
  ];
}
