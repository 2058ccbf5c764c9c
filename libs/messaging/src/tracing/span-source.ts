import type { Span, Tracer } from '@opentelemetry/api';

/** The ids of a span that is to have these and no others. */
export interface SpanIds {
  traceId: string;
  spanId: string;
}

/** Where spans come from while tracing is on. `@qflow/service` makes it of the SDK, which is not even loaded otherwise. */
export interface SpanSource {
  readonly tracer: Tracer;
  /** Whether a trace is recorded: the same answer in every service with the same ratio. */
  isSampled: (traceId: string) => boolean;
  /** Starts a span that is to be the root of a trace, with these ids instead of random ones. */
  startAs: (ids: SpanIds, start: () => Span) => Span;
}

let source: SpanSource | undefined;

/** Undefined while tracing is off, which is the whole cost of it then. */
export const spanSource = (): SpanSource | undefined => source;

/** Switches tracing of this process on, or off. */
export const setSpanSource = (given: SpanSource | undefined): void => {
  source = given;
};

/** For whoever would have to gather what is to be recorded. */
export const isTracing = (): boolean => source !== undefined;
