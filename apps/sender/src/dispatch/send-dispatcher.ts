import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { ProviderName } from '@qflow/contracts';
import { isTracing, traced, type SpanEnd } from '@qflow/messaging';
import { GroupCommit, inTransaction, isDependencyDown } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { handOverMsOf, SENDER_CONFIG, type SenderConfig } from '../config.js';
import type { Email, EmailProvider, ProviderOutcome } from '../provider/email-provider.js';
import { Providers, type Channel } from '../provider/providers.js';
import type { FinishedAttempt } from '../outcomes/finished-attempts.js';
import { OutcomeRecorder } from '../outcomes/outcome-recorder.js';
import type { ClaimedSend } from '../sends/claim.js';
import { returnClaims, type ReturnedSend } from '../sends/wait-for-provider.js';
import { AttemptReports } from './attempt-reports.js';
import { PreparedEmails } from './prepared-emails.js';
import { SendingState } from './sending-state.js';

/** Nothing is begun on a claim with less than this left beyond the provider's time-outs. */
const claimMarginMs = 5_000;
const longestRecordWaitMs = 2_000;

/**
 * Hands claimed sends to their providers, so many at once to each, and records what came of it. Attempts that finish
 * together share a transaction; none waits for a slower neighbour.
 */
@Injectable()
export class SendDispatcher implements BeforeApplicationShutdown {
  private readonly returner = new GroupCommit<ReturnedSend, void>({
    flush: async (sends) => {
      await inTransaction(this.dataSource, (sql) => returnClaims(sql, sends));
      return sends.map(() => undefined);
    },
  });
  private stopping = false;

  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
    private readonly recorder: OutcomeRecorder,
    private readonly emails: PreparedEmails,
    private readonly providers: Providers,
    private readonly state: SendingState,
    private readonly reports: AttemptReports,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resolves once every one of the sends has found a place: that is the backpressure towards the stream. */
  async dispatch(sends: readonly ClaimedSend[]): Promise<void> {
    const names = new Set(sends.map(({ provider }) => provider));
    await Promise.all(
      [...names].map((name) =>
        this.dispatchThrough(
          this.providers.of(name),
          sends.filter(({ provider }) => provider === name),
        ),
      ),
    );
  }

  /** From now on nothing is begun: what is claimed goes back to the table for the other replicas. */
  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    await this.providers.idle();
    await this.recorder.idle();
    await this.returner.idle();
    await this.providers.close();
  }

  private async dispatchThrough(channel: Channel, sends: readonly ClaimedSend[]): Promise<void> {
    for (const [index, send] of sends.entries()) {
      // A free place is taken without a turn through the queue of promises.
      if (!channel.places.takeFree()) await channel.places.take();
      // The provider may have closed since they were claimed.
      if (this.stopping || this.isLapsing(send) || !channel.circuit.takes(Date.now())) {
        channel.places.release();
        return this.giveBack(sends.slice(index));
      }
      void this.attempt(channel, send).finally(() => channel.places.release());
    }
  }

  /** It found no place in time. */
  private isLapsing({ claimedUntil }: ClaimedSend): boolean {
    return Date.now() > claimedUntil - handOverMsOf(this.config) - claimMarginMs;
  }

  /** Nothing of them has left, so no attempt is used up. */
  private async giveBack(sends: readonly ClaimedSend[]): Promise<void> {
    const routing = this.providers.routing();
    await Promise.all(
      sends.map(({ id, attempt, provider, due_at: claimedUntil }) => {
        const route = routing.of(null, provider);
        const wait =
          'through' in route
            ? { waitMs: 0, error: null }
            : { waitMs: route.waitUntil - Date.now(), error: route.error };
        return this.persistently(
          () => this.returner.add({ id, attempt, claimedUntil, ...wait }),
          (err) => this.logger.error({ err, sendId: id }, 'a claimed send could not be given back'),
        );
      }),
    );
  }

  private async attempt(channel: Channel, send: ClaimedSend): Promise<void> {
    const startedAt = new Date();
    const prepared = await inSpan(
      send,
      'render',
      { kind: 'internal' },
      () => this.emails.of(send),
      (made) => ('is' in made ? endOf(made) : {}),
    );
    const common = {
      sendId: send.id,
      attempt: send.attempt,
      requestedAt: send.created_at,
      startedAt,
    };
    if ('is' in prepared)
      return this.finish(send, {
        ...common,
        finishedAt: new Date(),
        provider: null,
        email: null,
        outcome: prepared,
      });
    // Preparing it may have taken its time.
    if (this.isLapsing(send)) return this.giveBack([send]);
    const permit = channel.circuit.enter(Date.now());
    if (!permit) return this.giveBack([send]);
    if (permit.trial) this.state.look();
    const { name: provider } = channel;
    const outcome = await inSpan(
      send,
      'hand over',
      { kind: 'client', provider },
      () => handOver(channel.provider, prepared),
      endOf,
    );
    const finishedAt = new Date();
    channel.circuit.observe(permit, outcome, finishedAt.getTime());
    this.state.look();
    // Not the whole e-mail: it would be held until its outcome is recorded.
    const email = { subject: prepared.subject, from: prepared.from };
    await this.finish(send, { ...common, finishedAt, provider, email, outcome });
  }

  /**
   * Records what is known. While the database is away it keeps trying, and with that keeps its place: dropping the
   * answer would make the send "unknown" and, without reports, a second e-mail.
   */
  private async finish(send: ClaimedSend, finished: FinishedAttempt): Promise<void> {
    this.reports.report(send, finished);
    const { sendId, outcome } = finished;
    await this.persistently(
      () => this.recorder.attempt(finished),
      // The claim lapses and the send waits for its reports.
      (err) =>
        this.logger.error(
          { err, sendId, outcome: outcome.is },
          'the outcome of an attempt could not be recorded',
        ),
    );
  }

  private async persistently(work: () => Promise<void>, onError: (err: unknown) => void): Promise<void> {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, longestRecordWaitMs))
      try {
        return await work();
      } catch (err) {
        if (!isDependencyDown(err) || this.stopping) return onError(err);
        await pause(waitMs);
      }
  }
}

/** Within a span of the send's trace; while nobody traces, without the cost of describing it. */
const inSpan = <T>(
  { id, attempt }: ClaimedSend,
  name: string,
  { kind, provider }: { kind: 'internal' | 'client'; provider?: ProviderName },
  work: () => Promise<T>,
  endOf: (result: T) => SpanEnd,
): Promise<T> => {
  if (!isTracing()) return work();
  const attributes = { 'qflow.attempt': attempt, ...(provider && { 'qflow.provider': provider }) };
  return traced(id, name, { kind, attributes }, work, endOf);
};

const endOf = (outcome: ProviderOutcome): SpanEnd => ({
  attributes: { 'qflow.outcome': outcome.is },
  error: outcome.is === 'accepted' ? null : outcome.code,
});

/** An adapter that throws in spite of its promise may have let the e-mail go. */
async function handOver(provider: EmailProvider, email: Email): Promise<ProviderOutcome> {
  try {
    return await provider.send(email);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { is: 'unknown', code: 'adapter_failed', error: `handing over failed: ${message}` };
  }
}
