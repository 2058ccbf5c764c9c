import { Inject, Injectable } from '@nestjs/common';
import { sqlOf } from '@qflow/persistence';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { cacheMs, GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { limitKinds, type LimitKind } from './limited.js';

/** Calls per minute, by kind; a bulk call counts its items. */
export type AccountBudgets = Readonly<Record<LimitKind, number>>;

/** What each account may spend: the settings, and what an operator has changed of them for this account. */
@Injectable()
export class Budgets {
  private readonly usual: AccountBudgets;
  /** Known for at most {@link cacheMs}, so that a changed limit holds within seconds on every replica. */
  private readonly cache = new LRUCache<string, AccountBudgets>({
    max: 10_000,
    ttl: cacheMs,
    fetchMethod: (accountId) => this.load(accountId),
  });

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(GATEWAY_CONFIG)
    config: Pick<GatewayConfig, 'RATE_LIMIT_GUEST' | 'RATE_LIMIT_SEND' | 'RATE_LIMIT_OTHER'>,
  ) {
    this.usual = {
      guest: config.RATE_LIMIT_GUEST,
      send: config.RATE_LIMIT_SEND,
      other: config.RATE_LIMIT_OTHER,
    };
  }

  /** What is known already, without a promise: this is asked on every request. */
  known(accountId: string): AccountBudgets | undefined {
    return this.cache.get(accountId);
  }

  async of(accountId: string): Promise<AccountBudgets> {
    return (await this.cache.fetch(accountId)) ?? this.usual;
  }

  private async load(accountId: string): Promise<AccountBudgets> {
    const [row] = await sqlOf(this.dataSource)<{ own: Partial<Record<LimitKind, unknown>> }>(
      'SELECT rate_limits AS own FROM accounts WHERE id = $1',
      [accountId],
    );
    return row ? this.with(row.own) : this.usual;
  }

  private with(own: Partial<Record<LimitKind, unknown>>): AccountBudgets {
    const changed = limitKinds.filter((kind) => Number.isInteger(own[kind]));
    return { ...this.usual, ...Object.fromEntries(changed.map((kind) => [kind, own[kind]])) };
  }
}
