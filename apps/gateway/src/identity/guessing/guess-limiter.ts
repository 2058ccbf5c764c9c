import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import { Periodic, sqlOf, type Sql } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import {
  clearCounters,
  countFailure,
  forgetOldGuesses,
  isHome,
  slowedAmong,
  type GuessPolicy,
  type Slowed,
} from './guess-counters.js';

/** Five wrong passwords are free; then every attempt waits 2, 4, 8 … seconds, two minutes at the most. */
export const passwordPolicy: GuessPolicy = { free: 5, firstSeconds: 2, maxSeconds: 120 };

/** Client secrets are long and random: this keeps floods off the database, and lets a wrong setting be tried out. */
export const clientSecretPolicy: GuessPolicy = { free: 20, firstSeconds: 2, maxSeconds: 60 };

const purgeEveryMs = 60_000;

/**
 * Slows down whoever guesses, exactly and across replicas: the counters are in the database. A refusal costs no
 * password check, and where the replica remembers that a counter refuses, it is not asked again.
 *
 * An attempt is refused unseen while one of its counters refuses: a right password as well as a wrong one, for a name
 * that exists as well as for any other. Nothing in status, text or time tells them apart.
 */
@Injectable()
export class GuessLimiter implements OnModuleInit, BeforeApplicationShutdown {
  private readonly sql: Sql;
  /** Counter → until when it refuses, ms since 1970. No attempt succeeds before that, so it cannot end early. */
  private readonly slowed = new LRUCache<string, number>({ max: 10_000 });
  private readonly purges: Periodic;
  private readonly refusals: ReturnType<Metrics['counter']>;

  constructor(
    @Inject(DataSource) dataSource: DataSource,
    @Inject(Metrics) metrics: Metrics,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.sql = sqlOf(dataSource);
    this.refusals = metrics.counter(
      'qflow_logins_slowed_total',
      'Token requests refused because of wrong passwords or client secrets before them.',
    );
    this.purges = new Periodic({
      everyMs: purgeEveryMs,
      work: () => forgetOldGuesses(this.sql).then(() => undefined),
      onError: (err) => logger.warn({ err }, 'forgetting old wrong passwords failed, will retry'),
    });
  }

  onModuleInit(): void {
    this.purges.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.purges.stop();
  }

  /**
   * By what this replica knows already: without a query.
   * @throws CodedError `rate_limit`
   */
  refuseKnown(keys: readonly Buffer[]): void {
    const now = Date.now();
    const until = Math.max(...keys.map((key) => this.slowed.get(key.toString('hex')) ?? 0));
    if (until > now) throw this.refusal((until - now) / 1000);
  }

  /** @throws CodedError `rate_limit` */
  async admit(keys: readonly Buffer[]): Promise<void> {
    this.refuseKnown(keys);
    this.refuse(await slowedAmong(this.sql, keys));
  }

  /**
   * To be called before a wrong guess is answered.
   * @throws CodedError `rate_limit` where others were faster: then nobody may learn that it was wrong
   */
  async failed(keys: readonly Buffer[], policy: GuessPolicy): Promise<void> {
    const counted = await countFailure(this.sql, keys, policy);
    this.remember(counted);
    if (counted.length === keys.length) return;
    this.refuse(await slowedAmong(this.sql, keys));
    // It was slowed a moment ago.
    throw this.refusal(1);
  }

  /** Whether somebody has logged in with this name from this address, not too long ago. */
  isHome(home: Buffer): Promise<boolean> {
    return isHome(this.sql, home);
  }

  /**
   * To be called before a right guess is answered.
   * @param cleared the one of the keys that starts anew; null where that is the home
   * @param home where the next login with this name has a counter of its own
   * @throws CodedError `rate_limit`
   */
  async succeeded(keys: readonly Buffer[], cleared: Buffer | null, home: Buffer): Promise<void> {
    this.refuse(await clearCounters(this.sql, keys, cleared, home));
  }

  private refuse(slowed: readonly Slowed[]): void {
    this.remember(slowed);
    if (slowed[0]) throw this.refusal(slowed[0].seconds);
  }

  private remember(slowed: readonly Slowed[]): void {
    const now = Date.now();
    for (const { key, seconds } of slowed)
      if (seconds > 0) this.slowed.set(key.toString('hex'), now + seconds * 1000);
  }

  private refusal(seconds: number): CodedError {
    this.refusals.inc();
    const retryAfter = Math.max(1, Math.ceil(seconds));
    return new CodedError(
      'rate_limit',
      `Too many wrong credentials for this user name or from this address. Try again in ${retryAfter} s.`,
      { retryAfter },
    );
  }
}
