import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { UnreadableMessage } from '@qflow/contracts';
import { lastValueFrom } from 'rxjs';
import { BatchConsumer } from './batch-consumer.js';
import { contextOfHeaders, requestContext } from './context.js';
import type { ConsumeExtras, Incoming, LaterOutcome } from './decorators.js';
import { drained } from './drained.js';
import { IncomingMessage } from './incoming-message.js';
import { dead, retry, type Outcome } from './outcome.js';
import type { Publisher } from './publisher.js';
import { rpcFailure, type RpcReply } from './rpc-wire.js';
import { Settling } from './settling.js';
import { rpcSpan } from './tracing/message-spans.js';
import { tracedHere } from './tracing/spans.js';

export interface JetStreamServerOptions {
  connection: NatsConnection;
  jetstream: JetStreamClient;
  publisher: Publisher;
  /** Queue group: one replica of the service answers each question. */
  service: string;
  /** Whether an error means that something the service needs is away. */
  isUnavailable?: (error: unknown) => boolean;
  /** A consumer is open; for metrics, as are those below. */
  onOpened?: (durable: string) => void;
  /** A message is handed over for the first time, so long after the stream has stored it. */
  onTaken?: (durable: string, waitMs: number) => void;
  /** How many messages ended how. */
  onSettled?: (durable: string, outcome: Outcome['is'], count: number) => void;
}

/** A durable consumer, and the stream that it reads. */
export interface ConsumerName {
  stream: string;
  durable: string;
}

const batchRetryMs = 1_000;
const quietMs = 10_000;
/** Deliveries after which a message that fails alone is dead. */
const maxFailures = 5;
const decoder = new TextDecoder();

/**
 * Nest's microservice transport over NATS: `@Consume` handlers on durable pull consumers, `@Answers` handlers on
 * queue subscriptions. Nest's own NATS transport has no JetStream, so a message in flight dies with its process.
 */
export class JetStreamServer extends Server implements CustomTransportStrategy {
  private readonly consumers = new Map<string, BatchConsumer>();
  private readonly settlings: Settling[] = [];
  private readonly names: ConsumerName[] = [];
  private readonly subscriptions: Subscription[] = [];
  /** Questions that are being answered. */
  private readonly inFlight = new Set<Promise<void>>();
  private quietUntil = 0;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: JetStreamServerOptions) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.openAll().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  /** Stops taking work and waits for what is in hand, once. The connection belongs to whoever made it. */
  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private async closeAll(): Promise<void> {
    await Promise.all([
      // Drained, not dropped: a question that is on its way here already has nobody else to answer it.
      drained(this.subscriptions),
      ...[...this.consumers.values()].map((consumer) => consumer.stop()),
    ]);
    await Promise.all([...this.inFlight, ...this.settlings.map((settling) => settling.idle())]);
    for (const consumer of this.consumers.values()) consumer.close();
  }

  /**
   * Lets a consumer of this replica pull nothing for so long, because what its messages need is away and would only
   * pile up here. Every call replaces the one before; 0 lets it go on.
   * @param durable the name given to `@Consume`
   */
  hold(durable: string, forMs: number): void {
    const consumer = this.consumers.get(durable);
    if (!consumer) throw new Error(`there is no consumer ${durable}`);
    consumer.hold(forMs);
  }

  /** The consumers that are open. */
  get open(): readonly ConsumerName[] {
    return this.names;
  }

  on(): never {
    throw new Error('JetStreamServer emits no events; watch the connection instead');
  }

  unwrap<T>(): T {
    return this.options.connection as T;
  }

  private async openAll(): Promise<void> {
    for (const [subject, handler] of this.getHandlers())
      if (handler.isEventHandler)
        await this.openConsumer(handler, handler.extras as unknown as ConsumeExtras);
      else this.subscriptions.push(this.openAnswering(subject, handler));
    // A service that says it is ready must be found by whoever asks next: subscriptions travel asynchronously.
    await this.options.connection.flush();
  }

  private async openConsumer(handler: MessageHandler, extras: ConsumeExtras): Promise<void> {
    const { stream, subject } = extras.contract;
    const name = { stream, durable: extras.durable };
    const { publisher, onSettled } = this.options;
    const settling = new Settling({
      ...name,
      publisher,
      logger: this.logger,
      onSettled: (message) => consumer.settled(message),
      onCounted: (outcome, count) => onSettled?.(name.durable, outcome, count),
    });
    const consumer: BatchConsumer = new BatchConsumer(this.options.jetstream, {
      ...name,
      subject,
      maxBatch: extras.maxBatch,
      concurrency: extras.concurrency,
      gatherMs: extras.gatherMs,
      ackWaitMs: extras.ackWaitMs,
      maxAckPending: extras.maxAckPending,
      handle: (batch) => this.handleBatch(handler, extras, batch, settling),
      onError: (error) => this.report(error),
    });
    this.settlings.push(settling);
    this.consumers.set(extras.durable, consumer);
    await consumer.start();
    this.names.push(name);
    this.options.onOpened?.(name.durable);
  }

  private report(error: unknown): void {
    this.logger.error(error);
  }

  /** While something is away every message fails for it, and again every second: that is told now and then. */
  private reportFailure(error: unknown): void {
    if (this.options.isUnavailable?.(error)) {
      if (performance.now() < this.quietUntil) return;
      this.quietUntil = performance.now() + quietMs;
    }
    this.report(error);
  }

  private async handleBatch(
    handler: MessageHandler,
    extras: ConsumeExtras,
    batch: JsMsg[],
    settling: Settling,
  ): Promise<void> {
    const takenAt = Date.now();
    this.tellWaits(extras, batch, takenAt);
    const readable: IncomingMessage<unknown>[] = [];
    for (const raw of batch)
      try {
        readable.push(new IncomingMessage(raw, extras.contract.read(parseJson(raw.data))));
      } catch (error) {
        settling.end({ raw, takenAt }, dead(textOf(error)));
      }
    const answers = await this.callHandler(handler, readable);
    readable.forEach(({ raw }, index) => {
      const answer = answers[index] ?? retry(batchRetryMs, 'no outcome');
      if (answer instanceof Promise)
        settling.endLater({ raw, takenAt }, answer, (error) => this.unkept(error));
      else settling.end({ raw, takenAt }, answer);
    });
  }

  private tellWaits({ durable }: ConsumeExtras, batch: readonly JsMsg[], now: number): void {
    const { onTaken } = this.options;
    if (!onTaken) return;
    for (const { info } of batch)
      if (info.deliveryCount === 1) onTaken(durable, Math.max(0, now - info.timestampNanos / 1e6));
  }

  private unkept(error: unknown): Outcome {
    this.reportFailure(error);
    return retry(batchRetryMs, 'its outcome could not be kept');
  }

  private async callHandler(handler: MessageHandler, batch: Incoming<unknown>[]): Promise<LaterOutcome[]> {
    if (batch.length === 0) return [];
    try {
      return (await lastValueFrom(this.transformToObservable(await handler(batch)))) as LaterOutcome[];
    } catch (error) {
      this.reportFailure(error);
      return this.afterFailure(error, handler, batch);
    }
  }

  /**
   * The handler's transaction rolled back, so nothing has happened yet. Where something it needs is away, all may come
   * again. Otherwise one message may be at fault: each is tried alone, and one that keeps failing alone is dead.
   */
  private async afterFailure(
    error: unknown,
    handler: MessageHandler,
    batch: Incoming<unknown>[],
  ): Promise<LaterOutcome[]> {
    const [only] = batch;
    if (this.options.isUnavailable?.(error))
      return batch.map(() => retry(batchRetryMs, 'a dependency is away'));
    if (batch.length === 1 && only)
      return [
        only.delivery < maxFailures
          ? retry(batchRetryMs, 'the handler failed')
          : dead(`its handler failed ${only.delivery} times: ${textOf(error)}`),
      ];
    const outcomes: LaterOutcome[] = [];
    for (const incoming of batch) outcomes.push(...(await this.callHandler(handler, [incoming])));
    return outcomes;
  }

  private openAnswering(subject: string, handler: MessageHandler): Subscription {
    return this.options.connection.subscribe(subject, {
      queue: this.options.service,
      callback: (error, message) => {
        if (error) return this.report(error);
        const work: Promise<void> = this.answer(handler, message).finally(() => this.inFlight.delete(work));
        this.inFlight.add(work);
      },
    });
  }

  private async answer(handler: MessageHandler, message: Msg): Promise<void> {
    const reply = await requestContext.run(contextOfHeaders(message.headers) ?? { requestId: 'none' }, () =>
      tracedHere(
        `answer ${message.subject}`,
        () => rpcSpan(message.subject, 'answer'),
        () => this.replyTo(handler, message),
        (answered) => ({ error: answered.ok ? null : answered.code }),
      ),
    );
    this.respond(message, JSON.stringify(reply));
  }

  /** An answer that NATS will not carry is a failure that is told at once, not one that the caller waits for. */
  private respond(message: Msg, reply: string): void {
    try {
      message.respond(reply);
    } catch (error) {
      const { subject } = message;
      this.logger.error(
        { err: error, subject, bytes: Buffer.byteLength(reply) },
        'an answer could not be sent',
      );
      message.respond(JSON.stringify(rpcFailure(error)));
    }
  }

  private async replyTo(handler: MessageHandler, message: Msg): Promise<RpcReply<unknown>> {
    try {
      const value: unknown = await lastValueFrom(this.transformToObservable(await handler(message.json())));
      return { ok: true, value };
    } catch (error) {
      const failure = rpcFailure(error, this.options.isUnavailable);
      if (!failure.ok && failure.code === 'server_error') this.logger.error(error);
      return failure;
    }
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(data));
  } catch {
    throw new UnreadableMessage('the body is not JSON');
  }
}
