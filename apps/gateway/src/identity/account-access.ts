import { Inject, Injectable } from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { cacheMs } from '../config.js';

/** What an account may do, of its own or through its enterprise. */
export interface Access {
  /** On the allow-list of the Comms API (guide, "Comms API access"). */
  comms: boolean;
  /** Sender verification is complete. */
  trusted: boolean;
}

/**
 * Rights are granted to the account (`a`) or to its enterprise (`e`, null for none), and either is enough: what is
 * taken from the one, the other may still give.
 */
export const effective = {
  comms: `(a.comms_enabled OR COALESCE(e.comms_enabled, false))`,
  trusted: `COALESCE('verified' IN (a.trust, e.trust), false)`,
} as const;

/** Known for at most {@link cacheMs}, so that a revoked right ends within seconds on every replica. */
@Injectable()
export class AccountAccess {
  private readonly cache = new LRUCache<string, Access>({
    max: 10_000,
    ttl: cacheMs,
    fetchMethod: (accountId) => this.load(accountId),
  });

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @throws CodedError `comms_api_not_enabled` */
  async requireComms(accountId: string): Promise<void> {
    const { comms } = await this.of(accountId);
    if (!comms)
      throw new CodedError(
        'comms_api_not_enabled',
        'The Comms API is not enabled for this account. Ask for access, for yourself or for your enterprise.',
      );
  }

  /** @throws CodedError `comms_api_not_enabled` or `trust_required` */
  async requireSending(accountId: string): Promise<void> {
    await this.requireComms(accountId);
    const { trusted } = await this.of(accountId);
    if (!trusted)
      throw new CodedError(
        'trust_required',
        'Complete the sender verification of this account before it sends.',
      );
  }

  private async of(accountId: string): Promise<Access> {
    return (await this.cache.fetch(accountId)) ?? { comms: false, trusted: false };
  }

  private async load(accountId: string): Promise<Access | undefined> {
    const [row] = await sqlOf(this.dataSource)<Access>(
      `SELECT ${effective.comms} AS comms, ${effective.trusted} AS trusted
         FROM accounts a LEFT JOIN enterprises e ON e.id = a.enterprise_id
        WHERE a.id = $1`,
      [accountId],
    );
    return row;
  }
}
