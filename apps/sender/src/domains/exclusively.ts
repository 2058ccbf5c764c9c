import { CodedError } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

/**
 * Runs `work`, which talks to the provider about this domain, while nobody else does. A column holds the place and no
 * transaction, so that a slow provider holds no database connection; one whose process died is free after `leaseMs`.
 * @throws CodedError `domain_busy` where somebody else is at it
 */
export async function exclusively<T>(
  sql: Sql,
  domainId: string,
  leaseMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const taken = await sql(
    `UPDATE sender_domains SET busy_until = now() + $2 * interval '1 millisecond'
      WHERE id = $1 AND (busy_until IS NULL OR busy_until <= now()) RETURNING id`,
    [domainId, leaseMs],
  );
  if (taken.length === 0)
    throw new CodedError('domain_busy', 'Another request is working on this domain. Try again shortly.', {
      retryAfter: 2,
    });
  try {
    return await work();
  } finally {
    await sql('UPDATE sender_domains SET busy_until = NULL WHERE id = $1', [domainId]);
  }
}
