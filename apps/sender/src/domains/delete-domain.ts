import type { DomainContext } from './configure-domain.js';
import { requireDomain } from './domain-row.js';
import { exclusively } from './exclusively.js';

/**
 * Takes a domain out of use, here and at the provider, in this order: whatever happens in between, nothing is sent
 * from a domain that the provider no longer signs for, and a repetition finishes the rest.
 * @throws CodedError `not_found`, `domain_busy`, `unavailable`
 */
export async function deleteDomain(
  { sql, provider, leaseMs }: DomainContext,
  accountId: string,
): Promise<void> {
  const { id, provider_id } = await requireDomain(sql, accountId);
  await exclusively(sql, id, leaseMs, async () => {
    await sql('UPDATE sender_domains SET verified = false, enabled = false WHERE id = $1', [id]);
    await provider.remove(provider_id);
    await sql('DELETE FROM sender_domains WHERE id = $1', [id]);
  });
}
