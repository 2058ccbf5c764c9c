import type { JsMsg } from '@nats-io/jetstream';
import type { Attributes } from '@opentelemetry/api';
import type { Outcome } from '../outcome.js';
import { spanSource } from './span-source.js';
import { recordSpan, type SpanDetails } from './spans.js';
import { isSampled, readTraceParent, traceParentHeader } from './trace-parent.js';

const id = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** A subject with `*` for the ids in it: names of spans are few, or nobody could compare those of one name. */
const templateOf = (subject: string): string => subject.replace(id, '*');

/** OpenTelemetry's semantic conventions for messaging. */
const attributesOf = (subject: string, operation: 'send' | 'receive' | 'process'): Attributes => ({
  'messaging.system': 'nats',
  'messaging.operation.type': operation,
  'messaging.destination.name': subject,
  ...(templateOf(subject) !== subject && { 'messaging.destination.template': templateOf(subject) }),
});

/** A question to another service, by whoever asks or answers it. */
export const rpcSpan = (subject: string, side: 'ask' | 'answer'): SpanDetails => ({
  kind: side === 'ask' ? 'client' : 'server',
  attributes: {
    ...attributesOf(subject, side === 'ask' ? 'send' : 'process'),
    'messaging.operation.name': side,
  },
});

interface PublishedMessage {
  subject: string;
  msgId: string;
  headers?: Record<string, string>;
}

/**
 * Tells of a message that its stream has stored. Of one that was not, nothing: it is tried again, for as long as the
 * stream is away.
 */
export function recordPublished({ subject, msgId, headers }: PublishedMessage, startedAt: number): void {
  const parent = spanSource() && readTraceParent(headers?.[traceParentHeader]);
  if (!isSampled(parent)) return;
  recordSpan(parent, `publish ${templateOf(subject)}`, {
    kind: 'producer',
    startedAt,
    attributes: {
      ...attributesOf(subject, 'send'),
      'messaging.operation.name': 'publish',
      'messaging.message.id': msgId,
    },
  });
}

/**
 * Tells of a message that is settled: how long it waited on the stream, and how long it was worked on here.
 * @param takenAt when the handler got it, ms since the epoch
 */
export function recordConsumed(message: JsMsg, durable: string, takenAt: number, outcome: Outcome): void {
  const parent = spanSource() && readTraceParent(message.headers?.get(traceParentHeader));
  if (!isSampled(parent)) return;
  const { subject, info } = message;
  const template = templateOf(subject);
  const consumer = { 'messaging.consumer.group.name': durable, 'qflow.delivery': info.deliveryCount };
  recordSpan(parent, `wait ${template}`, {
    // The stream's clock is another one, and may be ahead of ours.
    startedAt: Math.min(info.timestampNanos / 1e6, takenAt),
    endedAt: takenAt,
    attributes: { ...attributesOf(subject, 'receive'), 'messaging.operation.name': 'wait', ...consumer },
  });
  recordSpan(parent, `process ${template}`, {
    kind: 'consumer',
    startedAt: takenAt,
    attributes: {
      ...attributesOf(subject, 'process'),
      'messaging.operation.name': 'process',
      ...consumer,
      'qflow.outcome': outcome.is,
    },
    ...(outcome.is === 'dead' && { error: 'dead' }),
  });
}
