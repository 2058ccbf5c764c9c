import { CodedError, invalidField, type SenderDomain } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import { domainName } from './domain-name.js';
import type { DomainProvider } from './domain-provider.js';
import {
  domainColumns,
  domainView,
  findDomain,
  isConfigured,
  keyOf,
  storeEntry,
  type DomainRow,
} from './domain-row.js';
import { exclusively } from './exclusively.js';

export interface DomainContext {
  sql: Sql;
  provider: DomainProvider;
  /** How long one request may be at a domain before another one takes over, ms. */
  leaseMs: number;
}

/**
 * Has the provider make the DNS records for an account's domain. The claim is stored before the provider is asked: a
 * repetition, also after a crash in between, finds what the provider has made by the claim's own key.
 * @throws CodedError `validation_error` (`/domain`), `domain_already_configured`, `domain_busy`, `unavailable`
 */
export async function configureDomain(
  context: DomainContext,
  accountId: string,
  text: string,
): Promise<SenderDomain> {
  const domain = domainName(text);
  if (domain === null) throw invalidField('/domain', 'must be a domain name such as yourcompany.com');
  const claim = await claimDomain(context, accountId, domain);
  if (isConfigured(claim)) return domainView(claim);
  return exclusively(context.sql, claim.id, context.leaseMs, () => complete(context, claim));
}

async function complete({ sql, provider }: DomainContext, claim: DomainRow): Promise<SenderDomain> {
  const entry = await provider.ensure(claim.domain, keyOf(claim));
  const stored = await storeEntry(sql, claim, entry);
  if (stored) return domainView(stored);
  await provider.remove(entry.providerId);
  throw new CodedError('domain_busy', 'The domain was deleted meanwhile. Try again shortly.', {
    retryAfter: 2,
  });
}

async function claimDomain(context: DomainContext, accountId: string, domain: string): Promise<DomainRow> {
  const { sql } = context;
  const earlier = await findDomain(sql, accountId);
  if (earlier && earlier.domain !== domain) await giveUp(context, earlier);
  await sql(
    `INSERT INTO sender_domains (account_id, id, domain) VALUES ($1, $2, $3) ON CONFLICT (account_id) DO NOTHING`,
    [accountId, uuidv7(), domain],
  );
  const [claim] = await sql<DomainRow>(
    `SELECT ${domainColumns} FROM sender_domains WHERE account_id = $1 AND domain = $2`,
    [accountId, domain],
  );
  if (claim) return claim;
  throw alreadyConfigured();
}

/** An unfinished claim gives way to another domain; whatever the provider has made for it goes, too. */
async function giveUp({ sql, provider, leaseMs }: DomainContext, earlier: DomainRow): Promise<void> {
  if (isConfigured(earlier)) throw alreadyConfigured(earlier.domain);
  await exclusively(sql, earlier.id, leaseMs, async () => {
    await provider.removeByKey(earlier.domain, keyOf(earlier));
    await sql('DELETE FROM sender_domains WHERE id = $1 AND provider_id IS NULL', [earlier.id]);
  });
}

const alreadyConfigured = (domain?: string): CodedError =>
  new CodedError(
    'domain_already_configured',
    `This account sends from ${domain ?? 'another domain'} already. Delete that one first.`,
  );
