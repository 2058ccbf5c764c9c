import { overTime } from '../../charts/over-time.js';
import { figure } from '../../cli/render-table.js';
import type { FloorFigure } from '../../floors/floor.js';
import { overallRate } from '../../floors/overall-rate.js';
import { addSpans } from '../../measure/add-spans.js';
import { Latencies } from '../../measure/latencies.js';
import type { Span } from '../../measure/sampler.js';
import { behindEachOther, type Timeline } from '../../measure/timeline.js';
import type { RowResult } from '../../row.js';
import { costOf, describeCost } from '../describe.js';

/** One slice of posts. */
export interface IngestSlice {
  readonly posts: number;
  /** That the stream has stored of it. */
  readonly messages: number;
  readonly seconds: number;
  readonly latencies: Latencies;
  readonly course: Timeline;
  readonly span: Span;
  /** Answers other than 204. */
  readonly refusals: readonly string[];
}

export interface Outcome {
  readonly owns: readonly IngestSlice[];
  readonly floors: readonly FloorFigure[];
  /** Events a post. */
  readonly batch: number;
  /** Events in all, the warm-up's included. */
  readonly expected: number;
  /** After how many seconds the sender had caught up; undefined when not in time. */
  readonly drained: number | undefined;
  /** What the sender has kept of them. */
  readonly receipts: number;
}

/** targets.md, events/s */
const target = 20_000;

export function summarise({ owns, floors, batch, expected, drained, receipts }: Outcome): RowResult {
  const posts = owns.reduce((sum, slice) => sum + slice.posts, 0);
  const messages = owns.reduce((sum, slice) => sum + slice.messages, 0);
  const seconds = owns.reduce((sum, slice) => sum + slice.seconds, 0);
  const perSecond = (posts * batch) / seconds;
  const floor = batch * overallRate(floors);
  const span = addSpans(owns.map((slice) => slice.span));
  const latencies = new Latencies();
  for (const slice of owns) latencies.add(slice.latencies);
  const { p50Ms, p99Ms } = latencies.summary();
  const refusals = owns.flatMap((slice) => slice.refusals);
  const lost = Math.max(0, expected - receipts);
  return {
    figure: perSecond,
    unit: 'events/s',
    floor,
    ratio: perSecond / floor,
    target: `≥ ${figure(target)}`,
    met: perSecond >= target && lost === 0 && refusals.length === 0 && drained !== undefined,
    lost,
    // What the stream, or the sender, has of them beyond what was posted.
    duplicated: Math.max(0, receipts - expected),
    ...{ p50Ms, p99Ms },
    ...costOf(span, posts * batch),
    notes: [
      `${figure(posts)} posts of ${batch} events, signed beforehand, each answered when the stream had stored it: ${figure(messages)} messages; latencies are those of a post`,
      drained === undefined
        ? `NOT ALL were read by the sender in time`
        : `the sender, which stood still meanwhile, had made ${figure(receipts)} receipts of them ${figure(drained)} s later`,
      `floor: ECDSA, JSON.parse and JetStream publish in one process, without HTTP: ${floors.map((one) => figure(one.perSecond * batch)).join(' and ')}/s`,
      ...describeCost(span, posts * batch, 'event'),
      ...(refusals.length > 0 ? [`NOT ACCEPTED: ${refusals.length}, for instance: ${refusals[0]}`] : []),
      ...(lost > 0 ? [`LOST ${figure(lost)} events: no receipt of them`] : []),
    ],
    charts: overTime({
      unit: 'events/s',
      courses: [{ name: 'durable', seconds: behindEachOther(owns.map(({ course }) => course)), each: batch }],
      limit: { name: 'target', value: target },
    }),
  };
}
