import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import { GroupCommit, isDependencyDown, KeyRingError, Periodic, sqlOf, type Sql } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { claimKeys, claimSeconds, type Claim, type ClaimOutcome } from './claim-keys.js';
import type { KeyUse } from './idempotency-key.js';
import { purgeKeys } from './purge-keys.js';
import { settleClaims, type SealedAnswer, type Settled } from './settle-claims.js';
import { openAnswer, sealAnswer, type StoredAnswer } from './stored-answer.js';

const purgeEveryMs = 600_000;

/** Keys and their answers, shared by all replicas. What arrives together shares a statement. */
@Injectable()
export class IdempotencyKeys implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sql: Sql;
  private readonly claims = new GroupCommit<KeyUse, ClaimOutcome>({
    flush: (uses) => claimKeys(this.sql, uses),
  });
  private readonly settlements = new GroupCommit<Settled, SealedAnswer | null>({
    flush: (settled) => settleClaims(this.sql, settled),
  });
  private readonly purges: Periodic;

  constructor(
    @Inject(DataSource) dataSource: DataSource,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'SECRET_KEYS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.sql = sqlOf(dataSource);
    this.purges = new Periodic({
      everyMs: purgeEveryMs,
      work: (stopping) => this.purge(stopping),
      onError: (err) => logger.warn({ err }, 'removing old idempotency keys failed, will retry'),
    });
  }

  onApplicationBootstrap(): void {
    this.purges.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.purges.stop();
    await Promise.all([this.claims.idle(), this.settlements.idle()]);
  }

  /**
   * Claims a key for a request, or finds the answer it had.
   * @throws CodedError `idempotency_conflict`
   */
  async claim(use: KeyUse): Promise<Claim | StoredAnswer> {
    const outcome = await this.claims.add(use);
    if (outcome.is === 'claimed') return outcome.claim;
    if (outcome.is === 'answered') return this.open(outcome);
    throw outcome.is === 'in_flight' ? inFlight() : otherRequest();
  }

  /**
   * Keeps an answer before it is sent; null lets go of the key for the next attempt.
   * @returns the answer to send instead, where another replica was taken for the heir of this request and was faster
   * @throws CodedError `unavailable` where the answer cannot be kept: it must not go out as if it were
   */
  async settle(claim: Claim, answer: StoredAnswer | null): Promise<StoredAnswer | null> {
    const sealed = answer && sealAnswer(this.config.SECRET_KEYS, answer);
    try {
      const earlier = await this.settlements.add({ claim, sealed });
      return earlier && this.open(earlier);
    } catch (err) {
      // Letting go is a courtesy: the claim lapses by itself.
      if (answer === null) return null;
      if (!isDependencyDown(err)) this.logger.error({ err }, 'keeping the answer of a request failed');
      throw notKept();
    }
  }

  /** Once a key of the ring is withdrawn, nobody can say what was answered; that it was, still holds. */
  private open(sealed: SealedAnswer): StoredAnswer {
    try {
      return openAnswer(this.config.SECRET_KEYS, sealed);
    } catch (err) {
      if (!(err instanceof KeyRingError)) throw err;
      this.logger.warn(
        { err },
        'a kept answer cannot be read: SECRET_KEYS lacks the key it was encrypted with',
      );
      throw unreadable();
    }
  }

  private async purge(stopping: () => boolean): Promise<void> {
    while (!stopping() && (await purgeKeys(this.sql)));
  }
}

const inFlight = (): CodedError =>
  new CodedError(
    'idempotency_conflict',
    'The first request with this Idempotency-Key is still being handled. Try again shortly.',
    { retryAfter: 1 },
  );

const otherRequest = (): CodedError =>
  new CodedError(
    'idempotency_conflict',
    'This Idempotency-Key was used for a request with another method, address or body. Use a new key for a new request.',
  );

const unreadable = (): CodedError =>
  new CodedError(
    'idempotency_conflict',
    'The request with this Idempotency-Key was carried out, but its answer can no longer be read. Look up what it has done before you repeat it with a new key.',
  );

const notKept = (): CodedError =>
  new CodedError(
    'unavailable',
    'The request may have been carried out, but its answer could not be stored. Repeat it with the same Idempotency-Key.',
    { retryAfter: claimSeconds },
  );
