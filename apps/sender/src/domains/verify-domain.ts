import type { SenderDomain } from '@qflow/contracts';
import type { DomainContext } from './configure-domain.js';
import type { AuthenticatedDomain } from './domain-provider.js';
import {
  domainView,
  keyOf,
  noDomain,
  requireDomain,
  storeEntry,
  type ConfiguredDomain,
} from './domain-row.js';
import { exclusively } from './exclusively.js';

/**
 * Has the provider look at the DNS. Records that have gone since take the domain out of use until they are back.
 * @throws CodedError `not_found`, `domain_busy`, `unavailable`
 */
export async function verifyDomain(context: DomainContext, accountId: string): Promise<SenderDomain> {
  const domain = await requireDomain(context.sql, accountId);
  return exclusively(context.sql, domain.id, context.leaseMs, async () => {
    const stored = await storeEntry(context.sql, domain, await examine(context, domain));
    if (!stored) throw noDomain();
    return domainView(stored);
  });
}

async function examine({ provider }: DomainContext, domain: ConfiguredDomain): Promise<AuthenticatedDomain> {
  const validation = await provider.validate(domain.provider_id);
  // Somebody removed it at the provider: it is made again, with the records it had.
  if (!validation) return provider.ensure(domain.domain, keyOf(domain));
  return {
    providerId: domain.provider_id,
    verified: validation.verified,
    records: domain.dns.map((record) => ({
      ...record,
      valid: validation.valid[record.name] ?? validation.verified,
    })),
  };
}
