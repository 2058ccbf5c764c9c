import { Inject, Injectable } from '@nestjs/common';
import {
  invalidField,
  providerNames,
  type AccountProviders as Answer,
  type ProviderName,
} from '@qflow/contracts';
import { inTransaction, sqlOf, type Sql } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { SENDER_CONFIG, type SenderConfig } from '../config.js';
import { releaseWaiting } from '../sends/release-waiting.js';

/** How long a list that was set through another replica may be unknown to {@link AccountProviders.lists}, ms. */
const cacheMs = 5_000;

/** The lists of accounts that do not go through the installation's default. */
@Injectable()
export class AccountProviders {
  /** Each once, as of {@link refresh}: of three providers there are fifteen at the most. */
  lists: readonly (readonly ProviderName[])[] = [];
  private readAt = 0;
  private readonly sql: Sql;

  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.sql = sqlOf(dataSource);
  }

  async refresh(now = Date.now()): Promise<void> {
    if (now - this.readAt < cacheMs) return;
    const rows = await this.sql<{ providers: ProviderName[] }>(
      'SELECT DISTINCT providers FROM account_providers',
    );
    const known = this.named;
    this.lists = rows.map(({ providers }) => providers);
    this.readAt = now;
    this.warnOf(this.named.filter((name) => !known.includes(name)));
  }

  /** Those that any list names. */
  get named(): ProviderName[] {
    return [...new Set(this.lists.flat())];
  }

  /** Its setting was there when the list was made. */
  private warnOf(added: readonly ProviderName[]): void {
    for (const provider of added)
      if (!this.config.availableProviders.includes(provider))
        this.logger.warn(
          { provider },
          `${provider} is on the list of an account and not configured here: e-mail that has no other way waits`,
        );
  }

  async of(accountId: string): Promise<Answer> {
    const [row] = await this.sql<{ providers: ProviderName[] }>(
      'SELECT providers FROM account_providers WHERE account_id = $1',
      [accountId],
    );
    return {
      providers: row?.providers ?? [...this.config.PROVIDERS],
      own: row !== undefined,
      available: [...this.config.availableProviders],
    };
  }

  /**
   * @param providers null for the installation's default
   * @throws CodedError `validation_error` (`/providers`)
   */
  async set(accountId: string, providers: readonly string[] | null): Promise<Answer> {
    if (providers) checkList(providers, this.config.availableProviders);
    await inTransaction(this.dataSource, async (sql) => {
      await store(sql, accountId, providers);
      await releaseWaiting(sql, accountId);
    });
    this.readAt = 0;
    return this.of(accountId);
  }
}

const store = (sql: Sql, accountId: string, providers: readonly string[] | null): Promise<unknown> =>
  providers
    ? sql(
        `INSERT INTO account_providers (account_id, providers) VALUES ($1, $2)
         ON CONFLICT (account_id) DO UPDATE SET providers = EXCLUDED.providers, updated_at = now()`,
        [accountId, providers],
      )
    : sql('DELETE FROM account_providers WHERE account_id = $1', [accountId]);

/** @throws CodedError `validation_error` (`/providers`) */
function checkList(list: readonly string[], available: readonly ProviderName[]): void {
  const refuse = (message: string): never => {
    throw invalidField('/providers', message);
  };
  if (!Array.isArray(list) || list.length === 0)
    refuse('must name at least one provider; null goes back to the default of the installation');
  for (const name of list) {
    if (!providerNames.some((known) => known === name))
      refuse(`names ${JSON.stringify(name)}, which is none of ${providerNames.join(', ')}`);
    if (!available.some((known) => known === name))
      refuse(
        `names ${name}, which this installation is not configured for (it is for ${available.join(', ')})`,
      );
  }
  const twice = list.find((name, index) => list.indexOf(name) < index);
  if (twice) refuse(`names ${twice} twice`);
}
