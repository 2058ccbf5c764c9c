import { AsyncLocalStorage } from 'node:async_hooks';
import type { SpanContext } from '@opentelemetry/api';
import { spanSource } from './tracing/span-source.js';
import { traceOfSend } from './tracing/send-trace.js';
import { readTraceParent, traceParentHeader, writeTraceParent } from './tracing/trace-parent.js';

/** What ties log lines and spans of several services to one request. */
export interface RequestContext {
  /** Minted at the edge, or taken from the caller's `X-Request-Id`; `instance` of problem documents. */
  requestId: string;
  /** The integrator's own id, where it gave one. */
  correlationId?: string;
  /** The span that is being worked on; absent while tracing is off. */
  trace?: SpanContext;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const requestContext = {
  run: <T>(context: RequestContext, work: () => T): T => storage.run(context, work),
  current: (): RequestContext | undefined => storage.getStore(),
};

export const contextHeaders = {
  requestId: 'Qflow-Request-Id',
  correlationId: 'Qflow-Correlation-Id',
} as const;

/** NATS headers may not hold line breaks; an id that does is not worth carrying. */
const headerSafe = (value: string): boolean => !/[\r\n]/.test(value);

/** The current context as message headers; empty outside of a request. */
export function headersOfContext(context = requestContext.current()): Record<string, string> {
  const headers: Record<string, string> = {};
  if (context && headerSafe(context.requestId)) headers[contextHeaders.requestId] = context.requestId;
  if (context?.correlationId && headerSafe(context.correlationId))
    headers[contextHeaders.correlationId] = encodeURIComponent(context.correlationId);
  if (context?.trace) headers[traceParentHeader] = writeTraceParent(context.trace);
  return headers;
}

/** The headers of a message that is about one send: whoever follows its `traceparent` comes into the send's trace. */
export function headersOfSend(sendId: string, context = requestContext.current()): Record<string, string> {
  const trace = traceOfSend(sendId);
  return { ...headersOfContext(context), ...(trace && { [traceParentHeader]: writeTraceParent(trace) }) };
}

/** The context a message carries, or undefined. */
export function contextOfHeaders(
  headers: { get(name: string): string } | undefined,
): RequestContext | undefined {
  const requestId = headers?.get(contextHeaders.requestId);
  if (!requestId) return undefined;
  const correlationId = headers?.get(contextHeaders.correlationId);
  const trace = spanSource() && readTraceParent(headers?.get(traceParentHeader));
  return {
    requestId,
    ...(correlationId && { correlationId: safeDecode(correlationId) }),
    ...(trace && { trace }),
  };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
