import { invalidField, isId, type DeliveryView } from '@qflow/contracts';
import { dayOf, hasTime, timeOfId, type Sql } from '@qflow/persistence';
import { logTables } from '../deliveries/log-tables.js';
import { policyOf, scheduleMs } from '../dispatch/retry-policy.js';
import { findDelivery, unknownDelivery } from '../log/find-delivery.js';
import type { OneDelivery } from '../log/get-delivery.js';
import type { LogRow } from '../log/log-row.js';
import { viewDelivery } from '../log/view-deliveries.js';
import { ownSubscription } from '../subscriptions/own-subscription.js';
import { repeatDeliveries } from './repeat-deliveries.js';
import { webhookDisabled } from './replay-row.js';

/**
 * Delivers once more, now: somebody waits for it, so the replay rate does not count. To be called in a transaction.
 *
 * A repetition has the same `newId`, and finds either the delivery of that id, or that the one that waited has been
 * attempted since the id was minted: nothing is delivered twice for one request.
 * @throws CodedError `not_found`, `webhook_disabled`
 */
export async function retryDelivery(
  sql: Sql,
  { accountId, subscriptionId, id, newId }: OneDelivery & { newId: string },
): Promise<DeliveryView> {
  const { active, format, retry } = await ownSubscription(sql, { accountId, id: subscriptionId });
  checkPlace(newId);
  const made = await findDelivery(sql, subscriptionId, newId);
  if (made) return viewDelivery(sql, made);
  const asked = await findDelivery(sql, subscriptionId, id);
  if (!asked) throw unknownDelivery();
  if (asked.attempted_at && asked.attempted_at.getTime() > timeOfId(newId)) return viewDelivery(sql, asked);
  if (!active) throw webhookDisabled();
  const waits = isToCome(asked) && (await hurry(sql, subscriptionId, id));
  if (!waits) {
    const expiresMs = scheduleMs(policyOf(format, retry));
    await repeatDeliveries(sql, [{ id, newId }], { subscriptionId, paced: false, expiresMs });
  }
  const answer = await findDelivery(sql, subscriptionId, waits ? id : newId);
  // Deleted at this very moment, with its subscription.
  if (!answer) throw unknownDelivery();
  return viewDelivery(sql, answer);
}

const isToCome = ({ status }: LogRow): boolean => status === 'pending' || status === 'retrying';

/**
 * Makes a waiting delivery due. One whose attempt is under way is left as it is: it would be attempted twice, and whoever
 * asked gets what they asked for. Should its replica have died, it is due when the claim lapses.
 * @returns whether it still waits; if not, it has ended meanwhile
 */
async function hurry(sql: Sql, subscriptionId: string, id: string): Promise<boolean> {
  const rows = await sql(
    `UPDATE waiting SET paced = false, due_at = CASE WHEN claimed THEN due_at ELSE least(due_at, now()) END
      WHERE subscription_id = $1 AND delivery_id = $2 RETURNING delivery_id`,
    [subscriptionId, id],
  );
  return rows.length > 0;
}

const dayMs = 24 * 60 * 60 * 1000;

/** An id says where in the log its delivery stands, and that has to be a day the log has. */
function checkPlace(newId: string): void {
  const [{ keepDays, aheadDays }] = logTables as [(typeof logTables)[number]];
  const days = isId(newId) && hasTime(newId) ? (timeOfId(newId) - dayOf(Date.now())) / dayMs : NaN;
  if (!(days >= -keepDays && days < aheadDays))
    throw invalidField('/newId', 'must be a UUIDv7 of these days');
}
