import { isSampled, requestContext, traceOfSend } from '@qflow/messaging';

/**
 * What a line gets beside its own fields: the ids of the request it was written for, and the trace it belongs to, where
 * that is recorded. A line about a send belongs to the send's, wherever it was written.
 * @param fields the line's own
 */
export function lineIds(fields: { sendId?: unknown }): object {
  const { trace: current, ...ids } = requestContext.current() ?? {};
  const ofSend = typeof fields.sendId === 'string' ? traceOfSend(fields.sendId) : undefined;
  const trace = ofSend ?? current;
  return isSampled(trace) ? { ...ids, trace_id: trace.traceId } : ids;
}
