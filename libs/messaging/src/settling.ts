import type { JsMsg } from '@nats-io/jetstream';
import { deadLetterSubject, type DeadLetterV1, type MessageContract } from '@qflow/contracts';
import { outcomeNames, retry, settle, type Outcome } from './outcome.js';
import type { Publisher } from './publisher.js';
import { recordConsumed } from './tracing/message-spans.js';

export interface SettlingOptions {
  stream: MessageContract<unknown>['stream'];
  durable: string;
  publisher: Publisher;
  logger: { error(message: unknown, details?: unknown): void };
  /** A message is acknowledged or given back. */
  onSettled: (message: JsMsg) => void;
  /** How many messages ended how; for metrics. */
  onCounted?: ((outcome: Outcome['is'], count: number) => void) | undefined;
}

/** A message, and when its handler got it, ms since the epoch. */
interface Taken {
  raw: JsMsg;
  takenAt: number;
}

interface Ended extends Taken {
  outcome: Outcome;
}

/** How soon a message that could not be buried is tried again, ms. */
const againMs = 1_000;
/** A letter has to fit into a message itself, with its body escaped once more. */
const maxLetterBody = 128 * 1024;
const decoder = new TextDecoder();

/**
 * Settles the messages of one consumer. What ends in the same turn of the event loop is settled together, of which NATS
 * is told in one write: under load hundreds of deliveries are written by one commit, each of them of another message.
 */
export class Settling {
  private ended: Ended[] = [];
  /** Messages that are not settled yet. */
  private open = 0;
  private readonly idleWaiters: (() => void)[] = [];

  constructor(private readonly options: SettlingOptions) {}

  end(taken: Taken, outcome: Outcome): void {
    this.open++;
    this.settleSoon({ ...taken, outcome });
  }

  /** @param otherwise what it comes to where the promise is rejected */
  endLater(taken: Taken, promised: Promise<Outcome>, otherwise: (error: unknown) => Outcome): void {
    this.open++;
    promised.then(
      (outcome) => this.settleSoon({ ...taken, outcome }),
      (error: unknown) => this.settleSoon({ ...taken, outcome: otherwise(error) }),
    );
  }

  /** Resolves when every message is settled that was given up to then. */
  idle(): Promise<void> {
    if (this.open === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  private settleSoon(one: Ended): void {
    if (this.ended.push(one) === 1) setImmediate(() => this.settleAll());
  }

  /** What is dead has to be on DEAD first, and must not hold its neighbours meanwhile. */
  private settleAll(): void {
    const ended = this.ended;
    this.ended = [];
    const settled: Ended[] = [];
    for (const one of ended)
      if (one.outcome.is === 'dead') void this.bury(one, one.outcome.reason);
      else settled.push(one);
    this.settle(settled);
  }

  private settle(ended: readonly Ended[]): void {
    for (const { raw, takenAt, outcome } of ended) {
      try {
        settle(raw, outcome);
      } catch (error) {
        // The connection is closed: the stream delivers it again.
        this.options.logger.error(error);
      }
      this.options.onSettled(raw);
      recordConsumed(raw, this.options.durable, takenAt, outcome);
    }
    this.count(ended);
    this.open -= ended.length;
    if (this.open === 0) for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  private count(ended: readonly Ended[]): void {
    const counts = { done: 0, retry: 0, dead: 0 };
    for (const { outcome } of ended) counts[outcome.is]++;
    for (const is of outcomeNames) if (counts[is] > 0) this.options.onCounted?.(is, counts[is]);
  }

  private async bury(one: Ended, reason: string): Promise<void> {
    let { outcome } = one;
    try {
      await this.writeLetter(one.raw, reason);
    } catch (error) {
      this.options.logger.error(error);
      outcome = retry(againMs, 'it could not be buried');
    }
    this.settle([{ ...one, outcome }]);
  }

  private async writeLetter({ subject, seq, data }: JsMsg, reason: string): Promise<void> {
    const { stream } = this.options;
    const letter: DeadLetterV1 = {
      kind: 'dead.letter',
      version: 1,
      origin: stream,
      subject,
      reason,
      diedAt: new Date().toISOString(),
      body: decoder.decode(data.subarray(0, maxLetterBody)),
      bytes: data.length,
    };
    this.options.logger.error({ stream, subject, seq, reason }, 'message is dead');
    await this.options.publisher.publish({
      subject: deadLetterSubject(stream),
      msgId: `dead:${stream}:${seq}`,
      body: JSON.stringify(letter),
    });
  }
}
