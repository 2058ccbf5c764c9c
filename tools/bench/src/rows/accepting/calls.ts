import { closedLoop, type LoopOutcome } from '../../load/closed-loop.js';
import type { Integrator } from '../../load/integrator.js';
import { addSpans } from '../../measure/add-spans.js';
import { Latencies, type LatencySummary } from '../../measure/latencies.js';
import type { Span } from '../../measure/sampler.js';
import { behindEachOther, type Second } from '../../measure/timeline.js';
import type { BenchStack } from '../../stack/bench-stack.js';

/** A kind of call that creates guests. */
export interface Calls {
  readonly path: string;
  /** Of the next call. */
  readonly body: () => string;
  /** Is given each answer with 200. @throws Error where it is not right */
  readonly take: (text: string) => void;
  /** Under way at any moment. */
  readonly lanes: number;
  readonly seconds: number;
}

/** One slice of calls, and what it used. */
export interface CallSlice extends LoopOutcome {
  readonly span: Span;
}

/** As many calls as the gateway takes. */
export async function callGateway(
  stack: BenchStack,
  integrator: Integrator,
  { path, body, take, lanes, seconds }: Calls,
): Promise<CallSlice> {
  const act = async (): Promise<void> => {
    const { status, text } = await integrator.post(path, body());
    if (status !== 200) throw new Error(`${status} ${text.slice(0, 200)}`);
    take(text);
  };
  const from = stack.sampler.mark();
  const outcome = await closedLoop({ lanes, seconds, act, signal: stack.signal });
  return { ...outcome, span: stack.sampler.since(from) };
}

/** Slices as if they were one. */
export interface Together {
  readonly count: number;
  readonly perSecond: number;
  readonly latency: LatencySummary;
  readonly span: Span;
  /** One slice behind the other. */
  readonly course: Second[];
  readonly failures: readonly string[];
}

export function together(slices: readonly CallSlice[]): Together {
  const latencies = new Latencies();
  for (const slice of slices) latencies.add(slice.latencies);
  const count = slices.reduce((sum, slice) => sum + slice.count, 0);
  const seconds = slices.reduce((sum, slice) => sum + slice.seconds, 0);
  return {
    ...{ count, perSecond: count / seconds, latency: latencies.summary() },
    span: addSpans(slices.map(({ span }) => span)),
    course: behindEachOther(slices.map(({ course }) => course)),
    failures: slices.flatMap(({ failures, failure }) => (failures > 0 ? [`${failures} × ${failure}`] : [])),
  };
}
