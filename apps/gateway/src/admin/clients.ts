import { randomBytes } from 'node:crypto';
import { CodedError, type Page, type PageRequest } from '@qflow/contracts';
import { decodeCursor, type Sql } from '@qflow/persistence';
import { instant } from '../directory/find-event.js';
import { hashSecret } from '../identity/clients.js';
import { revokeClientLogins } from '../identity/revocation/revoke-logins.js';
import type { Change } from './change.js';
import { pageOfRows } from '../paging/rows-page.js';

/** A program that asks for tokens on behalf of users (RFC 6749 §1.1). */
export interface Client {
  clientId: string;
  /** RFC 3339, UTC. */
  created: string;
}

export interface ClientWithSecret extends Client {
  clientSecret: string;
}

const view = `id AS "clientId", ${instant('created_at')} AS created`;

/** In the order of their ids. */
export async function listClients(sql: Sql, { after, limit }: PageRequest): Promise<Page<Client>> {
  const [id] = after === null ? [] : decodeCursor(after, [(part) => !part.includes('\0')]);
  const rows = await sql<Client>(
    `SELECT ${view} FROM clients WHERE $1::text IS NULL OR id > $1 ORDER BY id LIMIT $2`,
    [id ?? null, limit + 1],
  );
  return pageOfRows(rows, limit, ({ clientId }) => [clientId]);
}

/** @throws CodedError `not_found` */
export async function requireClient(sql: Sql, id: string): Promise<Client> {
  const [client] = await sql<Client>(`SELECT ${view} FROM clients WHERE id = $1`, [id]);
  if (!client) throw new CodedError('not_found', `There is no client ${id}.`);
  return client;
}

/** 256 random bits. */
export const mintSecret = (): string => randomBytes(32).toString('base64url');

/** Creates a client; where there is one, its secret is replaced. Logins made through it go on with the new secret. */
export async function putClient(
  change: Change,
  id: string,
  secret: string,
): Promise<ClientWithSecret & { isNew: boolean }> {
  const [row] = await change.sql<Client & { isNew: boolean }>(
    `INSERT INTO clients (id, secret_hash) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET secret_hash = EXCLUDED.secret_hash RETURNING ${view}, xmax = 0 AS "isNew"`,
    [id, hashSecret(secret)],
  );
  const client = row as Client & { isNew: boolean };
  await change.record(client.isNew ? 'client.create' : 'client.replace', `client:${id}`);
  return { ...client, clientSecret: secret };
}

/** @throws CodedError `already_exists` */
export async function createClient(change: Change, id: string, secret: string): Promise<ClientWithSecret> {
  const [client] = await change.sql<Client>(
    `INSERT INTO clients (id, secret_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING ${view}`,
    [id, hashSecret(secret)],
  );
  if (!client) throw new CodedError('already_exists', `There is a client ${id} already.`);
  await change.record('client.create', `client:${id}`);
  return { ...client, clientSecret: secret };
}

/** Deletes a client and ends every login that was made through it. @throws CodedError `not_found` */
export async function deleteClient(change: Change, id: string): Promise<void> {
  await requireClient(change.sql, id);
  change.endedLogins = change.endedLogins.concat(await revokeClientLogins(change.sql, id));
  await change.sql('DELETE FROM clients WHERE id = $1', [id]);
  await change.record('client.delete', `client:${id}`);
}

/** Only a fast hash is kept of a client's secret, so one like `aaaaaaaaaaaaaaaa` will not do. */
export const isGuessable = (secret: string): boolean => new Set(secret).size < 8;
