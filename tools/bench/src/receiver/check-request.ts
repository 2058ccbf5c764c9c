import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { verifyQflow } from '@qflow/signing';
import { parseStamp, type Stamp } from '../load/bench-event.js';

/** A genuine webhook. */
export interface Genuine {
  readonly id: string;
  readonly type: string;
  /** Null where it is about no send. */
  readonly sendId: string | null;
  readonly digest: string;
  /** Undefined where the run has not stamped it. */
  readonly stamp: Stamp | undefined;
}

/** @returns why it is refused, in words, when it is not genuine */
export function checkRequest(
  secret: string | undefined,
  { headers }: IncomingMessage,
  body: Buffer,
): Genuine | string {
  if (secret === undefined) return 'it came before the endpoint was told its secret';
  const verification = verifyQflow({ secret, header: headers['x-qflow-signature'], body });
  if (!verification.valid) return `signature: ${verification.reason}`;
  const { id, type, data } = JSON.parse(body.toString('utf8')) as Payload;
  if (headers['x-qflow-webhook-id'] !== id) return 'X-Qflow-Webhook-Id is not the id in the body';
  if (headers['x-qflow-event'] !== type) return 'X-Qflow-Event is not the type in the body';
  const digest = createHash('sha256').update(body).digest('base64');
  return { id, type, sendId: data.attendeeInvitationId, digest, stamp: parseStamp(data.correlationId) };
}

interface Payload {
  id: string;
  type: string;
  data: { correlationId: unknown; attendeeInvitationId: string | null };
}
