import { CodedError, type WebhookWithSecret } from '@qflow/contracts';
import {
  encrypt,
  inTransaction,
  writeOutbox,
  type KeyRing,
  type Sql,
  type StoredOutboxEntry,
} from '@qflow/persistence';
import { mintSecret } from '@qflow/signing';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { recoveredEvent } from '../standing/endpoint-event.js';
import type { Rules } from './create-subscription.js';
import { deletion } from './delete-subscription.js';
import { checkFields } from './fields/check-fields.js';
import { lockAccount, requireRoom } from './subscription-limit.js';
import type { SubscriptionRow } from './subscription.js';
import { enabling } from './update-subscription.js';

/** The account's single webhook of the Qflow routes is its default subscription. */

/**
 * Registers the webhook. A second call replaces the URL and the secret, of which nothing old signs any more, and enables
 * a webhook that was disabled; what was queued for the old URL goes to the new one.
 * @throws CodedError `validation_error` where the URL is not one we may call, `webhook_limit`
 */
export async function setDefaultWebhook(
  dataSource: DataSource,
  { accountId, url }: { accountId: string; url: string },
  { keys, destinations, limit }: Rules,
): Promise<WebhookWithSecret & { entries: StoredOutboxEntry[] }> {
  await checkFields({ url }, 'qflow', destinations);
  const secret = mintSecret('qflow');
  const entries = await inTransaction(dataSource, async (sql) => {
    await lockAccount(sql, accountId);
    const before = await findDefaultWebhook(sql, accountId, { lock: true });
    if (!before) {
      await requireRoom(sql, accountId, limit);
      await insert(sql, accountId, url, encrypt(keys, secret));
      return [];
    }
    await sql(
      `UPDATE subscriptions SET url = $2, secret = $3, previous_secret = NULL, previous_until = NULL, ${enabling},
              updated_at = now()
        WHERE id = $1`,
      [before.id, url, encrypt(keys, secret)],
    );
    const event = recoveredEvent(before, { ...before, url });
    return writeOutbox(sql, event ? [event] : []);
  });
  return { url, secret, entries };
}

const insert = (sql: Sql, accountId: string, url: string, secret: string): Promise<unknown[]> =>
  sql(
    `INSERT INTO subscriptions (id, account_id, is_default, url, format, events, secret)
     VALUES ($1, $2, true, $3, 'qflow', '{comms.*}', $4)`,
    [uuidv7(), accountId, url, secret],
  );

/** Null where none is registered. */
export async function findDefaultWebhook(
  sql: Sql,
  accountId: string,
  options: { lock?: boolean } = {},
): Promise<SubscriptionRow | null> {
  const [row] = await sql<SubscriptionRow>(
    `SELECT * FROM subscriptions WHERE account_id = $1 AND is_default ${options.lock ? 'FOR NO KEY UPDATE' : ''}`,
    [accountId],
  );
  return row ?? null;
}

/**
 * Replaces the secret; the old one signs nothing from now on, nor does one that still did since an earlier rotation.
 * @throws CodedError `not_found`
 */
export async function rotateDefaultSecret(
  sql: Sql,
  accountId: string,
  keys: KeyRing,
): Promise<WebhookWithSecret> {
  const secret = mintSecret('qflow');
  const [row] = await sql<{ url: string }>(
    `UPDATE subscriptions SET secret = $2, previous_secret = NULL, previous_until = NULL, updated_at = now()
      WHERE account_id = $1 AND is_default RETURNING url`,
    [accountId, encrypt(keys, secret)],
  );
  if (!row) throw noWebhook();
  return { url: row.url, secret };
}

/**
 * Deletes the webhook, as any other subscription is deleted.
 * @throws CodedError `not_found`
 */
export async function deleteDefaultWebhook(sql: Sql, accountId: string): Promise<void> {
  const rows = await sql(
    `UPDATE subscriptions SET ${deletion} WHERE account_id = $1 AND is_default RETURNING id`,
    [accountId],
  );
  if (rows.length === 0) throw noWebhook();
}

export const noWebhook = (): CodedError =>
  new CodedError('not_found', 'No webhook is registered for this account.');
