import { CodedError, invalidField, type NewSubscription } from '@qflow/contracts';
import { encrypt, inTransaction, sqlOf, type KeyRing, type Sql } from '@qflow/persistence';
import { mintSecret, mintStandardKeyPair } from '@qflow/signing';
import type { DataSource } from 'typeorm';
import type { Destinations } from '../destinations/destinations.js';
import { defaultEvents } from './fields/check-events.js';
import { checkFields } from './fields/check-fields.js';
import { unknownWebhook } from './own-subscription.js';
import { sealedHeaders } from './sealed-headers.js';
import { lockAccount, requireRoom } from './subscription-limit.js';
import type { SubscriptionRow } from './subscription.js';

export interface Rules {
  keys: KeyRing;
  destinations: Destinations;
  /** Subscriptions that an account may have. */
  limit: number;
}

/**
 * Stores a subscription. One that is there already is what an earlier, identical request has made, and is answered as
 * it is: not even the checks are made again, since names may lead elsewhere by now.
 * @throws CodedError `validation_error`, `webhook_limit`, `not_found` where it has been deleted meanwhile
 */
export async function createSubscription(
  dataSource: DataSource,
  request: NewSubscription,
  { keys, destinations, limit }: Rules,
): Promise<SubscriptionRow> {
  const known = await findMade(sqlOf(dataSource), request);
  if (known) return known;
  if (request.asymmetric && request.format !== 'standard')
    throw invalidField('/asymmetric', 'is for the format "standard" only: no other has such signatures');
  await checkFields(request, request.format, destinations);
  return inTransaction(dataSource, async (sql) => {
    await lockAccount(sql, request.accountId);
    const made = await findMade(sql, request);
    if (made) return made;
    await requireRoom(sql, request.accountId, limit);
    return insert(sql, request, keys);
  });
}

/** @throws CodedError where the id is taken by something that is not the account's, or not there any more */
async function findMade(sql: Sql, { id, accountId }: NewSubscription): Promise<SubscriptionRow | undefined> {
  const [row] = await sql<SubscriptionRow & { deleted_at: Date | null }>(
    'SELECT * FROM subscriptions WHERE id = $1',
    [id],
  );
  if (row && row.account_id !== accountId) throw unknownWebhook();
  if (row?.deleted_at)
    throw new CodedError('not_found', 'This webhook has been deleted since it was created.');
  return row;
}

async function insert(sql: Sql, request: NewSubscription, keys: KeyRing): Promise<SubscriptionRow> {
  const { id, accountId, url, format, description, headers, retry } = request;
  const secret = request.secret ?? mintSecret(format);
  const pair = request.asymmetric ? mintStandardKeyPair() : null;
  const [row] = await sql<SubscriptionRow>(
    `INSERT INTO subscriptions (id, account_id, is_default, url, format, description, events, headers, header_names,
            retry, secret, private_key, public_key)
     VALUES ($1, $2, false, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING *`,
    [
      id,
      accountId,
      url,
      format,
      description,
      request.events ?? defaultEvents,
      sealedHeaders(keys, headers),
      Object.keys(headers),
      retry,
      encrypt(keys, secret),
      pair && encrypt(keys, pair.privateKey),
      pair?.publicKey ?? null,
    ],
  );
  return row as SubscriptionRow;
}
