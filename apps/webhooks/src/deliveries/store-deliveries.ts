import type { CommsEventV1 } from '@qflow/contracts';
import { insertRows, type Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import { formats } from '../formats/formats.js';
import type { SubscriptionRow } from '../subscriptions/subscription.js';
import { qflowMaxAttempts } from '../dispatch/retry-policy.js';
import { claimMs, deliveryOf, type Delivery, type DeliveryRow, type DeliveryStatus } from './delivery.js';

const columns = {
  id: 'uuid',
  subscription_id: 'uuid',
  account_id: 'uuid',
  event_id: 'uuid',
  event_type: 'text',
  send_id: 'uuid',
  correlation_id: 'text',
  body: 'text',
  status: 'text',
  max_attempts: 'int',
  due_at: 'timestamptz',
  created_at: 'timestamptz',
};

interface NewDelivery extends DeliveryRow {
  send_id: string | null;
  status: DeliveryStatus;
  due_at: Date | null;
  created_at: Date;
}

/**
 * Turns events into deliveries, in the caller's transaction: one per event and matching subscription. An event that
 * comes again finds its deliveries there and adds nothing.
 * @param roomFor how many deliveries this replica can attempt at once for a subscription; the others are due for
 *   whoever has room
 * @returns the deliveries that are claimed for this replica
 */
export async function storeDeliveries(
  sql: Sql,
  events: readonly CommsEventV1[],
  roomFor: (subscriptionId: string) => number,
): Promise<Delivery[]> {
  const subscriptions = await matching(sql, events);
  const now = Date.now();
  const room = new Map<string, number>();
  const claimed = new Set<string>();
  const rows = events.flatMap((event) =>
    (subscriptions.get(event.accountId) ?? []).map((subscription) => {
      const left = room.get(subscription.id) ?? roomFor(subscription.id);
      room.set(subscription.id, left - 1);
      const row = newDelivery(event, subscription, qflowMaxAttempts);
      if (!subscription.active) return { ...row, status: 'skipped' as const, due_at: null };
      if (left <= 0) return { ...row, due_at: new Date(now) };
      claimed.add(row.id);
      return { ...row, due_at: new Date(now + claimMs) };
    }),
  );
  const fresh = await insert(sql, rows);
  return rows
    .filter(({ id }) => claimed.has(id) && fresh.has(id))
    .map((row) => deliveryOf(row, now + claimMs));
}

/** A delivery of one attempt that its caller makes at once: a test call. */
export async function storeTestDelivery(
  sql: Sql,
  event: CommsEventV1,
  subscription: Pick<SubscriptionRow, 'id' | 'format'>,
): Promise<Delivery> {
  const claimedUntil = Date.now() + claimMs;
  const row = { ...newDelivery(event, subscription, 1), due_at: new Date(claimedUntil) };
  await insert(sql, [row]);
  return deliveryOf(row, claimedUntil);
}

const newDelivery = (
  event: CommsEventV1,
  subscription: Pick<SubscriptionRow, 'id' | 'format'>,
  maxAttempts: number,
): NewDelivery => ({
  id: uuidv7(),
  subscription_id: subscription.id,
  account_id: event.accountId,
  event_id: event.id,
  event_type: event.type,
  send_id: event.data.attendeeInvitationId,
  correlation_id: event.data.correlationId,
  body: formats[subscription.format].body(event),
  status: 'pending',
  attempts: 0,
  max_attempts: maxAttempts,
  due_at: null,
  created_at: new Date(),
});

/** @returns the ids of the rows that were new */
async function insert(sql: Sql, rows: readonly NewDelivery[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const inserted = await sql<{ id: string }>(
    ...insertRows('deliveries', columns, rows, 'ON CONFLICT DO NOTHING RETURNING id'),
  );
  return new Set(inserted.map(({ id }) => id));
}

/**
 * Read in the same transaction, never from a cache: an event right after a registration must not be missed. The lock
 * keeps a subscription from being removed under the insert.
 */
async function matching(sql: Sql, events: readonly CommsEventV1[]): Promise<Map<string, SubscriptionRow[]>> {
  const rows = await sql<SubscriptionRow>(
    'SELECT * FROM subscriptions WHERE account_id = ANY($1::uuid[]) AND deleted_at IS NULL FOR KEY SHARE',
    [[...new Set(events.map(({ accountId }) => accountId))]],
  );
  const byAccount = new Map<string, SubscriptionRow[]>();
  for (const row of rows) byAccount.set(row.account_id, [...(byAccount.get(row.account_id) ?? []), row]);
  return byAccount;
}
