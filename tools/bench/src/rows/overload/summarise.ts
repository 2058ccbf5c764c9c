import { overTime } from '../../charts/over-time.js';
import { figure } from '../../cli/render-table.js';
import type { Span } from '../../measure/sampler.js';
import type { RowResult } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { costOf, describeCost } from '../describe.js';
import { complaintsOfSends, lostOfSends } from '../send-complaints.js';
import { wholeSends, type SendsMeasured } from '../with-sends.js';
import { isFlat } from './is-flat.js';
import type { Seen } from './probe.js';

export interface Outcome {
  readonly rate: number;
  readonly seconds: number;
  readonly usual: number;
  readonly before: SendsMeasured;
  readonly during: SendsMeasured;
  readonly after: SendsMeasured;
  readonly seen: Seen;
}

/** What the latency is afterwards, against what it was before. */
const [recoveredRatio, recoveredMs] = [2, 25];
const limits = { refusedP99Ms: 1_000, acceptedP99Ms: 2_000 };
/** Those whose memory counts: not ours. */
const measured = ['gateway', 'templates', 'sender', 'events', 'webhooks'];
const refusals = [429, 503];

export async function summarise(stack: BenchStack, outcome: Outcome): Promise<RowResult> {
  const { before, during, after, seen, rate, seconds } = outcome;
  const { load, span } = during;
  const phases = [before, during, after];
  const counts = await stack.receiver.ask('counts', {});
  const whole = await stack.receiver.ask('course', {
    group: wholeSends,
    phase: 'overload',
    start: load.start,
  });
  const [accepted, refused] = [load.latencies.summary(), load.refusing.summary()];
  const [was, is] = [before.load.latencies.summary(), after.load.latencies.summary()];
  const lost = phases.reduce((sum, phase) => sum + lostOfSends(phase), 0);
  const doubled = phases.reduce((sum, { verdict }) => sum + verdict.doubled.length, 0);
  const wrong = doubled + after.mailedTwice + counts.changed + counts.refused;
  const otherwise = [...load.statuses].filter(([status]) => status !== 200 && !refusals.includes(status));
  const grown = measured.filter((name) => !isFlat(span.rss[name]));
  const flaws = [
    ...(accepted.p99Ms > limits.acceptedP99Ms ? ['what was accepted took too long to be accepted'] : []),
    ...(refused.p99Ms > limits.refusedP99Ms ? ['what was refused was not refused at once'] : []),
    ...otherwise.map(([status, count]) => `${count} calls got ${status === 0 ? 'no answer' : status}`),
    ...(seen.toldWhen < seen.refusals ? ['refusals did not say when to come back'] : []),
    ...(seen.unready > 0 ? [`the gateway was not ready ${seen.unready} times`] : []),
    ...grown.map((name) => `the memory of ${name} grew all the time`),
    ...phases.filter(({ quiet }) => !quiet).map(() => 'not everything came to an end'),
    ...(is.p99Ms > recoveredRatio * was.p99Ms + recoveredMs
      ? ['the latency did not come back to what it was']
      : []),
  ];
  const toFinish = during.finishSeconds;
  return {
    figure: load.accepted.length / seconds,
    unit: 'accepted/s',
    target: 'accepted is done, refused at once, recovers',
    met: flaws.length === 0 && lost + wrong === 0,
    lost,
    duplicated: doubled,
    wrong,
    p50Ms: accepted.p50Ms,
    p99Ms: accepted.p99Ms,
    ...costOf(span, load.accepted.length),
    notes: [
      `${figure(rate)} guests/s for ${seconds} s: ${figure(load.accepted.length)} accepted, ${figure(load.refused)} refused; latencies in the table are those of the accepted`,
      `refusals: p50 ${figure(refused.p50Ms)} ms, p99 ${figure(refused.p99Ms)} ms; ${seen.toldWhen} of ${seen.refusals} that were looked at said when to come back`,
      `a stranger's question for readiness meanwhile: p50 ${figure(seen.ready.summary().p50Ms)} ms, p99 ${figure(seen.ready.summary().p99Ms)} ms`,
      `${figure(toFinish)} s after the last guest everything that had been accepted was sent and told of`,
      `accepting at ${figure(outcome.usual)}/s before: p50 ${figure(was.p50Ms)} ms, p99 ${figure(was.p99Ms)} ms; after: p50 ${figure(is.p50Ms)} ms, p99 ${figure(is.p99Ms)} ms`,
      `MiB at first, at the most, at last: ${describeMemory(span)}`,
      ...describeCost(span, load.accepted.length, 'accepted send, also those that were sent later'),
      ...flaws.map((flaw) => `NOT REACHED: ${flaw}`),
      ...phases.flatMap((phase) =>
        complaintsOfSends(phase.load, phase.verdict, counts, phase).filter(
          (line) => phase !== during || !line.startsWith('NOT ACCEPTED'),
        ),
      ),
    ],
    charts: overTime({
      unit: 'guests/s',
      courses: [
        { name: 'accepted', seconds: load.course() },
        { name: 'refused', seconds: load.refusedCourse() },
        { name: 'whole', seconds: whole.seconds },
      ],
    }),
  };
}

const describeMemory = ({ rss }: Span): string =>
  [...measured, 'sandbox', 'nats', 'postgres']
    .flatMap((name) => {
      const size = rss[name];
      return size
        ? [`${name} ${[size.first, size.max, size.last].map((mib) => Math.round(mib)).join('–')}`]
        : [];
    })
    .join(', ');
