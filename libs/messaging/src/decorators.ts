import { applyDecorators, Catch, UseFilters, type RpcExceptionFilter } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import type { MessageContract, Rpc } from '@qflow/contracts';
import type { Outcome } from './outcome.js';
import type { RequestContext } from './context.js';
import { throwError, type Observable } from 'rxjs';

/** A message as a handler sees it: read and checked, with the ids of the request that caused it. */
export interface Incoming<T> {
  message: T;
  /** 1 on the first delivery. */
  delivery: number;
  readonly context: RequestContext | undefined;
}

export interface ConsumeOptions {
  /** Durable consumer name: the service, and what it does with the stream. */
  durable: string;
  maxBatch?: number;
  concurrency?: number;
  /**
   * A batch of a few begins so long after the one before, ms: for handlers whose statements cost as much for one message
   * as for ten. What comes alone never waits. 0 unless said otherwise.
   */
  gatherMs?: number;
  ackWaitMs?: number;
  /** Messages unsettled at once, over all replicas; twice what is handled at once unless said otherwise. */
  maxAckPending?: number;
}

/** What {@link Consume} leaves for the transport to find. */
export interface ConsumeExtras extends Required<Omit<ConsumeOptions, 'maxAckPending'>> {
  maxAckPending?: number;
  contract: MessageContract<unknown>;
}

/**
 * What a consumer held when it died comes again after `ackWaitMs`. What takes longer (a provider that slows down) does
 * not, as long as its process is there to say so. Handlers are idempotent all the same: an acknowledgement may be lost.
 */
const defaults = { maxBatch: 256, concurrency: 2, gatherMs: 0, ackWaitMs: 20_000 };

/** A promised outcome is settled when it is known; the batch behind it need not wait for that. */
export type LaterOutcome = Outcome | Promise<Outcome>;

type BatchHandler<T> = (batch: Incoming<T>[]) => Promise<LaterOutcome[]>;
type RpcHandler<Request, Reply> = (request: Request) => Promise<Reply>;

/** Nest would replace every error by "Internal server error"; the transport has to see the real one. */
@Catch()
class PassErrorsOn implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Marks a controller method as the handler of a durable JetStream consumer. It gets what has arrived, as a batch,
 * and answers one outcome per message, in order. A rejected promise means `retry` for the whole batch. Where the
 * outcome of single messages takes long, it may be promised: the next batch is handled meanwhile, and no more than
 * `maxAckPending` are ever open.
 */
export const Consume = <T>(contract: MessageContract<T>, options: ConsumeOptions) =>
  applyDecorators(
    EventPattern<string>(contract.subject, { ...defaults, ...options, contract }),
    UseFilters(PassErrorsOn),
  ) as <Handler extends BatchHandler<T>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ) => void;

/** Marks a controller method as the one that answers a question from another service. May throw CodedError. */
export const Answers = <Request, Reply>(rpc: Rpc<Request, Reply>) =>
  applyDecorators(MessagePattern<string>(rpc.subject), UseFilters(PassErrorsOn)) as (
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<RpcHandler<Request, Reply>>,
  ) => void;
