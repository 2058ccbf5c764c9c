import { Inject, Injectable } from '@nestjs/common';
import type { SenderIdentity } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { SENDER_CONFIG, type SenderConfig } from '../config.js';
import { domainOf } from './domain-name.js';
import { identify, type DomainStanding } from './sender-policy.js';

interface Asked {
  accountId: string;
  domain: string;
}

/** How long a domain that was activated, deactivated or deleted through another replica may be known wrongly. */
const cacheMs = 5_000;

/** Who e-mails are from, without a query for each: what is known of a domain is kept for {@link cacheMs}. */
@Injectable()
export class SenderIdentities {
  private readonly standings = new LRUCache<string, DomainStanding, Asked>({
    max: 10_000,
    ttl: cacheMs,
    ignoreFetchAbort: true,
    fetchMethod: (_key, _stale, { context }) => this.read(context),
  });

  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
  ) {}

  async of(accountId: string, fromAddress: string): Promise<SenderIdentity> {
    const domain = domainOf(fromAddress);
    const key = `${accountId}/${domain}`;
    // `fetch` costs several promises, also where there is nothing to fetch.
    const standing =
      this.standings.get(key) ?? (await this.standings.fetch(key, { context: { accountId, domain } }));
    return identify(this.config.senderPolicy, standing as DomainStanding, fromAddress);
  }

  /** A domain has changed. */
  forget(): void {
    this.standings.clear();
  }

  private async read({ accountId, domain }: Asked): Promise<DomainStanding> {
    const rows = await sqlOf(this.dataSource)<{ account_id: string; enabled: boolean }>(
      'SELECT account_id, enabled FROM sender_domains WHERE domain = $1 AND verified',
      [domain],
    );
    const own = rows.find(({ account_id }) => account_id === accountId);
    return {
      verified: own !== undefined,
      enabled: own?.enabled ?? false,
      others: rows.some(({ account_id }) => account_id !== accountId),
    };
  }
}
