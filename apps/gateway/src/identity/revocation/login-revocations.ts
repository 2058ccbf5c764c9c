import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { changeSubjects, CodedError, type LoginsRevoked } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { Periodic, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics, Readiness } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import type { Revocation } from './revoke-logins.js';
import { RevokedIds } from './revoked-ids.js';

const readEveryMs = 2_000;
const purgeEveryMs = 60_000;

/** A client that is deleted may take any number of logins with it; NATS takes 1 MiB in one message. */
const perMessage = 5_000;

/** Older than any transaction: reads the whole table. */
const theBeginning = '0';

/**
 * The logins and access tokens that were ended early, in the memory of every replica, so that a request with a known
 * token costs neither a query nor a signature check. They arrive by announcement at once and by reading the table
 * every two seconds; what is unexpired is read before the port opens.
 *
 * A replica that could not read the table for half a minute answers 503 to every access token and reports itself
 * unready: it cannot tell any more which of them were revoked. Little is lost by that, because hardly a route works
 * without the database; and 503, unlike 401, makes no client throw its token away.
 */
@Injectable()
export class LoginRevocations implements OnModuleInit, BeforeApplicationShutdown {
  private readonly revoked = new RevokedIds();
  private readonly reads: Periodic;
  private readonly purges: Periodic;
  private horizon = theBeginning;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.reads = new Periodic({
      everyMs: readEveryMs,
      work: () => this.read(),
      onError: (err) => logger.warn({ err }, 'reading which logins are revoked failed, will retry'),
    });
    this.purges = new Periodic({
      everyMs: purgeEveryMs,
      work: () => this.purge(),
      onError: (err) => logger.warn({ err }, 'deleting expired revocations failed, will retry'),
    });
  }

  async onModuleInit(): Promise<void> {
    this.rpc.listen<LoginsRevoked>(changeSubjects.logins, ({ revocations }) => {
      for (const { id, expiresAt } of revocations) this.revoked.add(id, expiresAt);
    });
    await this.read();
    this.reads.start();
    this.purges.start();
    this.report();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.reads.stop(), this.purges.stop()]);
  }

  /**
   * Whether an access token of this login still holds.
   * @throws CodedError `unavailable` where this replica has not read the table for too long
   */
  holds(loginId: string, tokenId: string): boolean {
    if (this.revoked.isStale)
      throw new CodedError(
        'unavailable',
        'This server cannot tell at the moment whether the access token still holds. Try again shortly.',
        { retryAfter: 5 },
      );
    return !this.revoked.has(loginId) && !this.revoked.has(tokenId);
  }

  /** Ends them here now and on every other replica that hears it; to be called once they are committed. */
  announce(revocations: readonly Revocation[]): void {
    if (revocations.length === 0) return;
    const ended = revocations.map(({ id, expiresAt }) => ({ id, expiresAt: expiresAt.getTime() }));
    for (const { id, expiresAt } of ended) this.revoked.add(id, expiresAt);
    for (let at = 0; at < ended.length; at += perMessage)
      this.rpc.announce(changeSubjects.logins, {
        revocations: ended.slice(at, at + perMessage),
      } satisfies LoginsRevoked);
  }

  /**
   * Reads what was committed since the last time. Every transaction that was not visible then has an id at or after
   * the horizon of that time, however long it took to commit: none is missed. After a failure all is read again,
   * because the ids of a database that was failed over may start anew.
   */
  async read(): Promise<void> {
    const since = this.horizon;
    const at = Date.now();
    this.horizon = theBeginning;
    const rows = await sqlOf(this.dataSource)<{ horizon: string; id: string | null; expiresAt: Date }>(
      `SELECT snapshot.horizon::text, r.id, r.expires_at AS "expiresAt"
         FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon) snapshot
         LEFT JOIN revocations r ON r.transaction >= $1::xid8 AND r.expires_at > now()`,
      [since],
    );
    for (const { id, expiresAt } of rows) if (id !== null) this.revoked.add(id, expiresAt.getTime());
    this.horizon = rows[0]?.horizon ?? theBeginning;
    this.revoked.markRead(at);
  }

  /** Every replica does it; whoever comes first finds something. */
  private async purge(): Promise<void> {
    this.revoked.forgetExpired();
    await sqlOf(this.dataSource)('DELETE FROM revocations WHERE expires_at < now()');
  }

  private report(): void {
    this.readiness.require('revocations', () => {
      if (this.revoked.isStale)
        throw new Error(
          `which logins are revoked was last read ${Math.round(this.revoked.ageMs / 1000)} s ago`,
        );
    });
    this.metrics.gauge(
      'qflow_revocations_age_seconds',
      'Time since this replica last read which logins are revoked.',
      () => this.revoked.ageMs / 1000,
    );
    this.metrics.gauge(
      'qflow_revocations_count',
      'Revoked logins and access tokens that have not expired yet.',
      () => this.revoked.size,
    );
  }
}
