import type { CommsEventV1 } from '@qflow/contracts';
import { prepared, type Sql } from '@qflow/persistence';
import { knownParameters, selectKnown, type AskedDelivery } from '../deliveries/known-deliveries.js';
import { matchesEvent } from '../subscriptions/event-filters.js';
import type { MatchedSubscription } from '../subscriptions/subscription.js';

/** What the database says of some events, at one moment. */
export interface Looked {
  /** By account; accounts without any are not in it. */
  subscriptions: Map<string, MatchedSubscription[]>;
  /** Which of the deliveries that were asked for are in the log. */
  known: Set<string>;
}

/** Two questions in one statement, because a round trip costs as much as either answer. */
const look = prepared(`
  SELECT id, account_id, format, events, retry, active FROM subscriptions
   WHERE account_id = ANY($5::uuid[]) AND deleted_at IS NULL
  UNION ALL
  SELECT asked.id, NULL, NULL, NULL, NULL, NULL ${selectKnown}`);

type Row = MatchedSubscription | { id: string; account_id: null };

/**
 * The subscriptions of the accounts of some events. Always read, never remembered: an event right after a registration
 * must not be missed. Together with them, which deliveries are in the log already.
 */
export async function lookUp(
  sql: Sql,
  events: readonly CommsEventV1[],
  asked: readonly AskedDelivery[],
): Promise<Looked> {
  const accounts = new Set<string>();
  for (const { accountId } of events) accounts.add(accountId);
  const rows = await sql<Row>(look, [...knownParameters(asked), [...accounts]]);
  const subscriptions = new Map<string, MatchedSubscription[]>();
  const known = new Set<string>();
  for (const row of rows)
    if (row.account_id === null) known.add(row.id);
    else {
      const own = subscriptions.get(row.account_id);
      if (own) own.push(row);
      else subscriptions.set(row.account_id, [row]);
    }
  return { subscriptions, known };
}

/** Whether a subscription asks for an event. What concerns an endpoint itself is never told to that endpoint. */
export const asksFor = (subscription: MatchedSubscription, event: CommsEventV1): boolean =>
  matchesEvent(subscription.events, event) && event.data.endpoint?.id !== subscription.id;
