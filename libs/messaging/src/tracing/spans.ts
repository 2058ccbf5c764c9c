import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type SpanContext,
  type SpanOptions,
} from '@opentelemetry/api';
import { requestContext } from '../context.js';
import { spanSource } from './span-source.js';
import { traceOfSend } from './send-trace.js';
import { isSampled } from './trace-parent.js';

/**
 * What a span says. Ids, names and numbers alone: traces are read by many and kept elsewhere, so no address, no text of
 * anybody's and no URL goes into an attribute.
 */
export interface SpanDetails {
  kind?: 'internal' | 'client' | 'server' | 'producer' | 'consumer';
  attributes?: Attributes;
  /** ms since the epoch; now unless given. */
  startedAt?: number;
  /** Other traces that have to do with it. */
  links?: readonly (SpanContext | undefined)[];
}

/** What is known of a span once it is over. */
export interface SpanEnd {
  attributes?: Attributes;
  /** A stable name of what went wrong (`error.type`), where something did. */
  error?: string | null;
  /** ms since the epoch; now unless given. */
  endedAt?: number;
}

/** Starts a span below `parent`, or none: while tracing is off, and where that trace is not recorded. */
export function startSpan(
  parent: SpanContext | undefined,
  name: string,
  details: SpanDetails = {},
): Span | undefined {
  const source = spanSource();
  if (!source || !isSampled(parent)) return undefined;
  return source.tracer.startSpan(name, optionsOf(details), trace.setSpanContext(ROOT_CONTEXT, parent));
}

/** Starts a trace of its own, with a random id; below `parent` where there is one. */
export function startRequestSpan(
  parent: SpanContext | undefined,
  name: string,
  details: SpanDetails,
): Span | undefined {
  const above = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  return spanSource()?.tracer.startSpan(name, optionsOf(details), above);
}

export function endSpan(span: Span | undefined, { attributes, error, endedAt }: SpanEnd = {}): void {
  if (!span) return;
  if (attributes) span.setAttributes(attributes);
  if (error) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
  span.end(endedAt);
}

/** Records a span that is over. */
export const recordSpan = (
  parent: SpanContext | undefined,
  name: string,
  { error = null, endedAt, ...details }: SpanDetails & SpanEnd,
): void => endSpan(startSpan(parent, name, details), { error, ...(endedAt !== undefined && { endedAt }) });

/** Records a part of a send's life that is over. */
export const recordOfSend = (sendId: string, name: string, details: SpanDetails & SpanEnd): void =>
  recordSpan(traceOfSend(sendId), name, details);

/** What the root of a send's trace says of it. */
export const attributesOfSend = (send: {
  sendId: string;
  accountId: string;
  eventId: string;
  templateId: string;
}): Attributes => ({
  'qflow.send.id': send.sendId,
  'qflow.account.id': send.accountId,
  'qflow.event.id': send.eventId,
  'qflow.template.id': send.templateId,
});

/**
 * Records the root of a send's trace, linked to the request that asked for it. Exactly once: by whoever has accepted
 * the send, when that is committed.
 */
export function recordSend(sendId: string, details: SpanDetails): void {
  const source = spanSource();
  const root = source && traceOfSend(sendId);
  if (!isSampled(root)) return;
  const links = [requestContext.current()?.trace];
  const options = { ...optionsOf({ ...details, links }), root: true };
  source?.startAs(root, () => source.tracer.startSpan('send', options, ROOT_CONTEXT)).end();
}

/**
 * Does a part of the work on a send within a span of its trace. What it asks other services goes into the trace as well.
 * @param endOf what the result tells
 */
export function traced<T>(
  sendId: string,
  name: string,
  details: SpanDetails,
  work: () => Promise<T>,
  endOf?: (result: T) => SpanEnd,
): Promise<T> {
  const span = startSpan(traceOfSend(sendId), name, details);
  return span ? within(span, sendId, work, endOf) : work();
}

/** The same within the trace of the request at hand. */
export function tracedHere<T>(
  name: string,
  details: () => SpanDetails,
  work: () => Promise<T>,
  endOf?: (result: T) => SpanEnd,
): Promise<T> {
  const current = spanSource() && requestContext.current();
  const span = isSampled(current?.trace) ? startSpan(current.trace, name, details()) : undefined;
  return span && current ? within(span, current.requestId, work, endOf) : work();
}

async function within<T>(
  span: Span,
  requestId: string,
  work: () => Promise<T>,
  endOf?: (result: T) => SpanEnd,
): Promise<T> {
  const context = { requestId, ...requestContext.current(), trace: span.spanContext() };
  try {
    const result = await requestContext.run(context, work);
    endSpan(span, endOf?.(result));
    return result;
  } catch (error) {
    endSpan(span, { error: nameOf(error) });
    throw error;
  }
}

const kinds = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

const optionsOf = ({ kind = 'internal', attributes, startedAt, links = [] }: SpanDetails): SpanOptions => ({
  kind: kinds[kind],
  ...(attributes && { attributes }),
  ...(startedAt !== undefined && { startTime: startedAt }),
  links: links.flatMap((context) => (isSampled(context) ? { context } : [])),
});

/** Never the message, which may repeat what somebody wrote. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
