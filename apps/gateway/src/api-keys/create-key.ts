import { CodedError } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { Change } from '../admin/change.js';
import type { KeyScope } from '../identity/scope.guard.js';
import { apiKeyColumns, operatorKeyColumns, type ApiKey, type OperatorKey } from './key-view.js';
import { mintKey } from './secret-key.js';

export interface NewApiKey {
  id: string;
  accountId: string;
  userId: string;
  name: string;
  scopes: readonly KeyScope[];
  /** RFC 3339; null for never. */
  expiresAt: string | null;
}

/** A key as it is shown once. */
export type Shown<Key> = Key & { key: string };

/** Where the same request has been here before and its answer was lost, nobody has seen that key: this one replaces it. */
export async function createApiKey(sql: Sql, values: NewApiKey): Promise<Shown<ApiKey>> {
  const { key, prefix, hash } = mintKey('account');
  const { id, accountId, userId, name, scopes, expiresAt } = values;
  const [stored] = await sql<ApiKey>(
    `INSERT INTO api_keys AS k (id, account_id, user_id, name, scopes, expires_at, prefix, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (id) DO UPDATE SET prefix = EXCLUDED.prefix, hash = EXCLUDED.hash
       WHERE k.account_id = EXCLUDED.account_id
     RETURNING ${apiKeyColumns}`,
    [id, accountId, userId, name, scopes, expiresAt, prefix, hash],
  );
  if (!stored) throw new Error('an id that was just minted is taken by another account');
  return { ...stored, key };
}

/** @throws CodedError `already_exists` where another key has this name: the audit tells operators apart by it */
export async function createOperatorKey(
  change: Change,
  name: string,
  expiresAt: string | null,
): Promise<Shown<OperatorKey>> {
  const { key, prefix, hash } = mintKey('operator');
  const id = uuidv7();
  const [stored] = await change.sql<OperatorKey>(
    `INSERT INTO operator_keys (id, name, expires_at, prefix, hash) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (name) DO NOTHING RETURNING ${operatorKeyColumns}`,
    [id, name, expiresAt, prefix, hash],
  );
  if (!stored)
    throw new CodedError('already_exists', `There is an operator key with the name ${name} already.`);
  await change.record('key.create', `operator-key:${id}`, { name, expiresAt });
  return { ...stored, key };
}
