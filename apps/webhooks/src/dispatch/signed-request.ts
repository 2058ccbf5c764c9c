import type { EventType } from '@qflow/contracts';
import { formats } from '../formats/formats.js';
import type { Subscription } from '../subscriptions/subscription.js';

/** A request as it is posted. */
export interface SignedRequest {
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  /** For the whole exchange, ms. */
  timeoutMs: number;
}

export interface SignedContent {
  eventId: string;
  eventType: EventType;
  body: string;
  /** Whether the receiver may have had it before on purpose. */
  replay: boolean;
}

/** Signs one attempt: with the secrets in force now, and a new time. The account's own headers never replace ours. */
export function signedRequest(
  subscription: Subscription,
  { eventId, eventType, body, replay }: SignedContent,
  at: Date,
): SignedRequest {
  const bytes = Buffer.from(body, 'utf8');
  const own = formats[subscription.format].headers({
    webhookId: eventId,
    type: eventType,
    body: bytes,
    secrets: subscription.secrets,
    privateKeys: subscription.privateKeys,
    timestamp: Math.floor(at.getTime() / 1000),
  });
  return {
    url: subscription.url,
    headers: { ...subscription.headers, ...own, ...(replay && { 'X-Qflow-Replay': 'true' }) },
    body: bytes,
    timeoutMs: subscription.policy.timeoutMs,
  };
}
