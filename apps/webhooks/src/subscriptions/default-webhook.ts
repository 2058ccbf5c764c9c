import { CodedError, invalidField, type WebhookWithSecret } from '@qflow/contracts';
import { encrypt, type KeyRing, type Sql } from '@qflow/persistence';
import { mintSecret } from '@qflow/signing';
import { v7 as uuidv7 } from 'uuid';
import type { Network } from '../destinations/allowed-networks.js';
import type { SubscriptionRow } from './subscription.js';
import { checkDestination, DestinationRefused } from '../destinations/destination.js';

/** The account's single webhook of the Qflow routes is its default subscription. */

/**
 * Registers the webhook, or replaces its URL and secret; what was queued for the old one goes to the new one.
 * @throws CodedError `validation_error` where the URL is not one we may call
 */
export async function setDefaultWebhook(
  sql: Sql,
  options: { accountId: string; url: string; keys: KeyRing; networks: readonly Network[] },
): Promise<WebhookWithSecret> {
  await checkDestination(options.url, options.networks).catch((error: unknown) => {
    if (error instanceof DestinationRefused) throw invalidField('/url', error.message);
    throw error;
  });
  const secret = mintSecret('qflow');
  await sql(
    `INSERT INTO subscriptions (id, account_id, is_default, url, format, secret) VALUES ($1, $2, true, $3, 'qflow', $4)
     ON CONFLICT (account_id) WHERE is_default
     DO UPDATE SET url = EXCLUDED.url, secret = EXCLUDED.secret, active = true, updated_at = now()`,
    [uuidv7(), options.accountId, options.url, encrypt(options.keys, secret)],
  );
  return { url: options.url, secret };
}

/** Null where none is registered. */
export async function findDefaultWebhook(sql: Sql, accountId: string): Promise<SubscriptionRow | null> {
  const [row] = await sql<SubscriptionRow>(
    'SELECT * FROM subscriptions WHERE account_id = $1 AND is_default',
    [accountId],
  );
  return row ?? null;
}

/**
 * Replaces the secret; the old one signs nothing from now on.
 * @throws CodedError `not_found`
 */
export async function rotateDefaultSecret(
  sql: Sql,
  accountId: string,
  keys: KeyRing,
): Promise<WebhookWithSecret> {
  const secret = mintSecret('qflow');
  const [row] = await sql<{ url: string }>(
    'UPDATE subscriptions SET secret = $2, updated_at = now() WHERE account_id = $1 AND is_default RETURNING url',
    [accountId, encrypt(keys, secret)],
  );
  if (!row) throw noWebhook();
  return { url: row.url, secret };
}

/**
 * Deletes the webhook: from this commit on nothing matches it and nothing is sent. Its log is removed in the background
 * (`purge-deleted.ts`), by whichever replica is there: the mark outlives a crash.
 * @throws CodedError `not_found`
 */
export async function deleteDefaultWebhook(sql: Sql, accountId: string): Promise<void> {
  const rows = await sql(
    `UPDATE subscriptions SET deleted_at = now(), is_default = false, active = false, secret = ''
      WHERE account_id = $1 AND is_default RETURNING id`,
    [accountId],
  );
  if (rows.length === 0) throw noWebhook();
}

export const noWebhook = (): CodedError =>
  new CodedError('not_found', 'No webhook is registered for this account.');
