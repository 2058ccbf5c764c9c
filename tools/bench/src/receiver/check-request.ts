import { hash } from 'node:crypto';
import { verifyQflow } from '@qflow/signing';
import { parseStamp, type Stamp } from '../load/bench-event.js';
import { headerFinder, type WebhookRequest } from './request-reader.js';

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

const [signatureOf, idOf, eventOf] = ['x-qflow-signature', 'x-qflow-webhook-id', 'x-qflow-event'].map(
  headerFinder,
) as [Finder, Finder, Finder];
type Finder = ReturnType<typeof headerFinder>;

/** @returns why it is refused, in words, when it is not genuine */
export function checkRequest(secret: string | undefined, { head, body }: WebhookRequest): Genuine | string {
  if (secret === undefined) return 'it came before the endpoint was told its secret';
  const verification = verifyQflow({ secret, header: signatureOf(head), body });
  if (!verification.valid) return `signature: ${verification.reason}`;
  const { id, type, data } = JSON.parse(body.toString('utf8')) as Payload;
  if (idOf(head) !== id) return 'X-Qflow-Webhook-Id is not the id in the body';
  if (eventOf(head) !== type) return 'X-Qflow-Event is not the type in the body';
  const digest = hash('sha256', body, 'base64');
  return { id, type, sendId: data.attendeeInvitationId, digest, stamp: parseStamp(data.correlationId) };
}

interface Payload {
  id: string;
  type: string;
  data: { correlationId: unknown; attendeeInvitationId: string | null };
}
