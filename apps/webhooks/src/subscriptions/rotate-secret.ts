import { invalidField } from '@qflow/contracts';
import { encrypt, inTransaction, type KeyRing } from '@qflow/persistence';
import { mintSecret } from '@qflow/signing';
import type { DataSource } from 'typeorm';
import { ownSubscription, type OfSubscription } from './own-subscription.js';
import type { SubscriptionRow } from './subscription.js';

/** A week is long enough to change a verifier, and short enough for a secret that may be out. */
const maxOverlapSeconds = 7 * 24 * 60 * 60;

/**
 * Gives a subscription a new secret. For so many seconds the one before signs as well; one that was before that signs
 * nothing any more. Without an overlap the old one is dead at once, also for what is queued. Ed25519 keys stay: their
 * public half gives nothing away, so there is nothing to change at receivers.
 *
 * A rotation that is named and was the last one is answered as it is: if its caller never saw the answer, another secret
 * would push out the one that receivers still verify with.
 * @throws CodedError `validation_error`, `not_found`
 */
export async function rotateSecret(
  dataSource: DataSource,
  {
    overlapSeconds,
    rotationId,
    ...subscription
  }: OfSubscription & {
    overlapSeconds: number;
    rotationId?: string;
  },
  keys: KeyRing,
): Promise<SubscriptionRow> {
  if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > maxOverlapSeconds)
    throw invalidField('/overlapSeconds', `must be a whole number from 0 to ${maxOverlapSeconds} (7 days)`);
  return inTransaction(dataSource, async (sql) => {
    const before = await ownSubscription(sql, subscription, { lock: true });
    if (rotationId !== undefined && before.rotation_id === rotationId) return before;
    // What is encrypted moves as it is.
    const [row] = await sql<SubscriptionRow>(
      `UPDATE subscriptions
          SET previous_secret = CASE WHEN $3 > 0 THEN secret END,
              previous_until = CASE WHEN $3 > 0 THEN now() + $3 * interval '1 second' END,
              secret = $2, rotation_id = $4, updated_at = now()
        WHERE id = $1 RETURNING *`,
      [before.id, encrypt(keys, mintSecret(before.format)), overlapSeconds, rotationId ?? null],
    );
    return row as SubscriptionRow;
  });
}
