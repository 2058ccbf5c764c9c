import { CodedError, type SenderDomain } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { domainColumns, domainView, requireDomain, type DomainRow } from './domain-row.js';

/** @throws CodedError `not_found`, `domain_not_verified` */
export async function activateDomain(sql: Sql, accountId: string): Promise<SenderDomain> {
  const domain = await requireDomain(sql, accountId);
  // The condition is in the statement, because a verification may end between the two.
  const enabled = domain.verified && (await setEnabled(sql, accountId, true));
  if (!enabled)
    throw new CodedError(
      'domain_not_verified',
      `The DNS records of ${domain.domain} are not in place, or have not been verified yet.`,
    );
  return domainView(enabled);
}

/** @throws CodedError `not_found` */
export async function deactivateDomain(sql: Sql, accountId: string): Promise<SenderDomain> {
  const domain = await requireDomain(sql, accountId);
  return domainView((await setEnabled(sql, accountId, false)) ?? { ...domain, enabled: false });
}

async function setEnabled(sql: Sql, accountId: string, enabled: boolean): Promise<DomainRow | undefined> {
  const [row] = await sql<DomainRow>(
    `UPDATE sender_domains SET enabled = $2 WHERE account_id = $1 AND (verified OR NOT $2) RETURNING ${domainColumns}`,
    [accountId, enabled],
  );
  return row;
}
