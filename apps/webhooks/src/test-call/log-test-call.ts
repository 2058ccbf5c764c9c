import type { CommsEventV1 } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import { storeDeliveries } from '../deliveries/store-deliveries.js';
import type { PostResult } from '../dispatch/post-webhook.js';
import type { Subscription } from '../subscriptions/subscription.js';

interface TestCall {
  subscription: Pick<Subscription, 'id' | 'accountId' | 'changedAt'>;
  event: CommsEventV1;
  body: string;
  at: Date;
  result: PostResult;
}

/**
 * Writes a test call into the delivery log, in the caller's transaction: with its outcome, and never to be repeated.
 * Where the subscription and its log have been removed meanwhile, nothing is written.
 */
export async function logTestCall(
  sql: Sql,
  { subscription, event, body, at, result }: TestCall,
): Promise<void> {
  // The lock keeps the row until this is committed, and so the log from being removed before.
  const there = await sql('SELECT FROM subscriptions WHERE id = $1 FOR KEY SHARE', [subscription.id]);
  if (there.length === 0) return;
  const delivery = {
    id: uuidv7(),
    subscriptionId: subscription.id,
    accountId: subscription.accountId,
    eventId: event.id,
    eventType: event.type,
    sendId: null,
    correlationId: null,
    origin: 'test' as const,
    replayOf: null,
    body,
    attempts: 1,
    expiresAt: performance.now(),
    claimedUntil: Infinity,
  };
  const status = result.delivered ? ('delivered' as const) : ('failed' as const);
  await storeDeliveries(sql, [
    {
      delivery,
      verdict: { status, waitMs: null, paced: false },
      attempt: { at, changedAt: subscription.changedAt, result },
    },
  ]);
}
