import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type ConsumerConfig,
  type ConsumerMessages,
  type JetStreamClient,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { InHand } from './in-hand.js';

export interface BatchConsumerOptions {
  stream: string;
  /** Shared by all replicas of a service; survives them. */
  durable: string;
  subject: string;
  /** Messages handed over together at the most. */
  maxBatch: number;
  /** Batches handled at once. */
  concurrency: number;
  /** A batch of a few begins so long after the one before it, ms: what comes meanwhile shares it. */
  gatherMs: number;
  /** What a process held when it died is delivered again after this, ms; while it lives, it says that it holds it. */
  ackWaitMs: number;
  /** Messages unsettled at once at the most; what is being handled plus as much again unless given. */
  maxAckPending?: number | undefined;
  /** Tell {@link BatchConsumer.settled} of each message, at that time or later. */
  handle: (batch: JsMsg[]) => Promise<void>;
  onError: (error: unknown) => void;
}

/** So many do not wait for more: what a larger batch would save is little. */
const enough = 32;
const retryDelayMs = 1_000;
/** `JSClusterNotAvailErr` and its like: nobody leads just now. */
const unavailable = 503;
/** Times in `ackWaitMs` that the stream is told what is in hand: one that is lost, or late, does no harm. */
const beatsPerWait = 3;

/**
 * Pulls from a durable consumer and hands over whatever has arrived, together: one message at once when traffic is low,
 * a full batch when it is high, and between them what has arrived within `gatherMs`. Unsettled messages are bounded by
 * the server (`max_ack_pending`), which stops delivering when this process falls behind.
 */
export class BatchConsumer {
  /** By stream sequence: what the server delivers again replaces the copy that waits, so waiting is bounded too. */
  private readonly arrived = new Map<number, JsMsg>();
  private readonly inHand: InHand;
  private readonly idleWaiters: (() => void)[] = [];
  private running = 0;
  private scheduled = false;
  private gathering: NodeJS.Timeout | undefined;
  /** By `performance.now()`. */
  private begunAt = -Infinity;
  private stopping = false;
  /** ms since the epoch; nothing is pulled before. */
  private heldUntil = 0;
  private messages: ConsumerMessages | undefined;
  private loop: Promise<void> | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly jetstream: JetStreamClient,
    private readonly options: BatchConsumerOptions,
  ) {
    this.inHand = new InHand(options.ackWaitMs / beatsPerWait, options.onError);
  }

  /**
   * Creates or updates the durable consumer and starts pulling. A stream that has no leader just now, as happens while
   * a cluster starts, is waited for.
   * @throws JetStreamApiError where the stream will not have this consumer at all
   */
  async start(): Promise<void> {
    for (let open = false; !open && !this.stopping;) open = await this.tryToOpen();
    this.loop = this.run();
  }

  private async tryToOpen(): Promise<boolean> {
    try {
      await this.ensure();
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && error.status !== unavailable) throw error;
      this.options.onError(error);
      await this.delay(retryDelayMs);
      return false;
    }
  }

  /**
   * Pulls nothing for so long; what has arrived and was not begun goes back to the stream, where it costs no memory and
   * other replicas may take it. Every call replaces the one before: 0 lets it go on at once.
   */
  hold(forMs: number): void {
    this.heldUntil = Date.now() + forMs;
    if (forMs > 0) {
      this.giveBackArrived();
      void this.messages?.close();
    }
    this.wake?.();
  }

  /** A message that was handed over is acknowledged or given back. */
  settled(message: JsMsg): void {
    this.inHand.remove(message);
  }

  /** To be called when all that was handed over is settled. */
  close(): void {
    this.inHand.stop();
  }

  /** Stops pulling, gives back what was not begun and waits for the batches in work. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.messages?.close();
    this.giveBackArrived();
    if (this.running > 0) await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
    await this.loop;
  }

  private giveBackArrived(): void {
    for (const message of this.takeArrived(Infinity)) {
      message.nak();
      this.inHand.remove(message);
    }
  }

  private async ensure(): Promise<void> {
    const { stream, durable, subject, maxBatch, concurrency, ackWaitMs, maxAckPending } = this.options;
    const changeable: Partial<ConsumerConfig> = {
      filter_subject: subject,
      ack_wait: nanos(ackWaitMs),
      // What is being handled, plus as much again that waits here for the next free place.
      max_ack_pending: maxAckPending ?? maxBatch * concurrency * 2,
    };
    const manager = await this.jetstream.jetstreamManager(false);
    try {
      await manager.consumers.info(stream, durable);
      await manager.consumers.update(stream, durable, changeable);
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound))
        throw error;
      await manager.consumers.add(stream, {
        durable_name: durable,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        max_deliver: -1,
        ...changeable,
      });
    }
  }

  /** Keeps a pull open for as long as the service lives, whatever NATS does meanwhile. */
  private async run(): Promise<void> {
    while (!this.stopping)
      try {
        await this.heldBack();
        const consumer = await this.jetstream.consumers.get(this.options.stream, this.options.durable);
        if (this.stopping) return;
        if (this.heldFor > 0) continue;
        this.messages = await consumer.consume({
          max_messages: this.options.maxBatch,
          expires: 30_000,
          idle_heartbeat: 2_000,
          // Ends the pull where the consumer is gone, so that it is made anew below.
          abort_on_missing_resource: true,
          callback: (message) => this.arrive(message),
        });
        const ended = await this.messages.closed();
        if (ended && !this.stopping) throw ended;
      } catch (error) {
        if (this.stopping) return;
        this.options.onError(error);
        await this.delay(retryDelayMs);
        await this.ensure().catch((e: unknown) => this.options.onError(e));
      }
  }

  private async heldBack(): Promise<void> {
    for (let ms = this.heldFor; ms > 0 && !this.stopping; ms = this.heldFor) await this.delay(ms);
  }

  private get heldFor(): number {
    return this.heldUntil - Date.now();
  }

  private delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private arrive(message: JsMsg): void {
    if (this.stopping || this.heldFor > 0) return message.nak();
    const earlier = this.arrived.get(message.seq);
    if (earlier) this.inHand.remove(earlier);
    this.arrived.delete(message.seq);
    this.arrived.set(message.seq, message);
    this.inHand.add(message);
    this.schedule();
  }

  /** The oldest that wait, at most so many. */
  private takeArrived(limit: number): JsMsg[] {
    const taken: JsMsg[] = [];
    for (const [seq, message] of this.arrived) {
      if (taken.length >= limit) break;
      taken.push(message);
      this.arrived.delete(seq);
    }
    return taken;
  }

  /** One turn of the event loop gathers what arrived in the same network read; a timer what follows a batch closely. */
  private schedule(): void {
    if (this.running >= this.options.concurrency || this.arrived.size === 0) return;
    const isEnough = this.arrived.size >= Math.min(enough, this.options.maxBatch);
    if (this.scheduled && !(isEnough && this.gathering)) return;
    clearTimeout(this.gathering);
    this.gathering = undefined;
    this.scheduled = true;
    const waitMs = isEnough ? 0 : this.begunAt + this.options.gatherMs - performance.now();
    if (waitMs > 0) this.gathering = setTimeout(this.begin, waitMs);
    else setImmediate(this.begin);
  }

  private readonly begin = (): void => {
    this.scheduled = false;
    this.gathering = undefined;
    this.begunAt = performance.now();
    void this.runOne();
    this.schedule();
  };

  private async runOne(): Promise<void> {
    const batch = this.takeArrived(this.options.maxBatch);
    if (batch.length === 0) return;
    this.running++;
    try {
      await this.options.handle(batch);
    } catch (error) {
      this.options.onError(error);
    } finally {
      this.running--;
      this.schedule();
      if (this.running === 0) this.idleWaiters.splice(0).forEach((resolve) => resolve());
    }
  }
}
