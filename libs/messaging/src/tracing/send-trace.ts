import { TraceFlags, type SpanContext } from '@opentelemetry/api';
import { isId } from '@qflow/contracts';
import { isSampled } from './trace-parent.js';
import { spanSource, type SpanIds } from './span-source.js';

/**
 * One send is one trace, and both its ids follow from the send's: the trace id is the send id without its dashes, the
 * id of the root span the second half of it, which is random. So whoever knows a send knows its trace and the parent of
 * whatever they have to add: a retry on another replica, or what the provider reports a week later. Nothing is stored
 * for that, nothing has to be carried along, and an operator finds the trace of a send by its id.
 */
function idsOfSend(sendId: string): SpanIds | undefined {
  if (!isId(sendId)) return undefined;
  const traceId = sendId.replaceAll('-', '');
  return { traceId, spanId: traceId.slice(16) };
}

/** The root span of a send, as the parent of others. Undefined while tracing is off, and for what is no send id. */
export function traceOfSend(sendId: string): SpanContext | undefined {
  const source = spanSource();
  const ids = source && idsOfSend(sendId);
  if (!ids) return undefined;
  const traceFlags = source.isSampled(ids.traceId) ? TraceFlags.SAMPLED : TraceFlags.NONE;
  // Whichever process made it, this one has not got it at hand.
  return { ...ids, traceFlags, isRemote: true };
}

/** Whether the trace of a send is recorded here. */
export const isSendTraced = (sendId: string): boolean => isSampled(traceOfSend(sendId));
