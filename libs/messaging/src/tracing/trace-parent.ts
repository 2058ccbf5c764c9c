import { isSpanContextValid, TraceFlags, type SpanContext } from '@opentelemetry/api';

/** The header of W3C Trace Context, in HTTP as in NATS. */
export const traceParentHeader = 'traceparent';

/** Versions to come may add fields behind these, and only those may (W3C Trace Context §4.2). */
const form = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The span that a header names; undefined where there is none or it makes no sense, as if nobody had sent one. */
export function readTraceParent(header: string | undefined): SpanContext | undefined {
  const [, version, traceId, spanId, flags, more] = form.exec(header ?? '') ?? [];
  if (!traceId || !spanId || !flags || (version === '00' && more)) return undefined;
  const traceFlags = parseInt(flags, 16) & TraceFlags.SAMPLED;
  const parent = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(parent) ? parent : undefined;
}

export const writeTraceParent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`;

export const isSampled = (trace: SpanContext | undefined): trace is SpanContext =>
  trace !== undefined && (trace.traceFlags & TraceFlags.SAMPLED) !== 0;
