import { CodedError, type SenderDomain } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { AuthenticatedDomain, AuthenticationRecord } from './domain-provider.js';

/** A row of `sender_domains`. */
export interface DomainRow {
  account_id: string;
  id: string;
  domain: string;
  /** Null until the provider is known to have it: nobody has been told of the domain yet. */
  provider_id: string | null;
  dns: AuthenticationRecord[];
  verified: boolean;
  enabled: boolean;
}

export const domainColumns = 'account_id, id, domain, provider_id, dns, verified, enabled';

export async function findDomain(sql: Sql, accountId: string): Promise<DomainRow | undefined> {
  const [row] = await sql<DomainRow>(`SELECT ${domainColumns} FROM sender_domains WHERE account_id = $1`, [
    accountId,
  ]);
  return row;
}

/** A domain that its account has been told of. */
export type ConfiguredDomain = DomainRow & { provider_id: string };

export const isConfigured = (row: DomainRow | undefined): row is ConfiguredDomain =>
  row !== undefined && row.provider_id !== null;

/** @throws CodedError `not_found` */
export async function requireDomain(sql: Sql, accountId: string): Promise<ConfiguredDomain> {
  const row = await findDomain(sql, accountId);
  if (!isConfigured(row)) throw noDomain();
  return row;
}

export const noDomain = (): CodedError => new CodedError('not_found', 'No sender domain is configured.');

/** Stores what the provider has. Undefined where the row is gone. */
export async function storeEntry(
  sql: Sql,
  { id }: DomainRow,
  { providerId, verified, records }: AuthenticatedDomain,
): Promise<DomainRow | undefined> {
  const [row] = await sql<DomainRow>(
    `UPDATE sender_domains SET provider_id = $2, dns = $3, verified = $4 WHERE id = $1 RETURNING ${domainColumns}`,
    [id, providerId, JSON.stringify(records), verified],
  );
  return row;
}

/**
 * The label below the domain that its DNS records are made of, and by which an entry at the provider is recognised.
 * Nobody can guess it, so records of one account never prove the domain for another one, not even for the next one
 * after a deleted one.
 */
export const keyOf = ({ id }: Pick<DomainRow, 'id'>): string => `qf${id.replaceAll('-', '').slice(-16)}`;

export const domainView = ({ id, domain, verified, enabled, dns }: DomainRow): SenderDomain => ({
  id,
  domain,
  verified,
  enabled,
  dnsRecords: dns.map(({ type, host, data, valid }) => ({ type, host, data, valid })),
});
