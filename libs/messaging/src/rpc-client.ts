import { errors, headers as natsHeaders, type NatsConnection } from '@nats-io/transport-node';
import { CodedError, type Rpc } from '@qflow/contracts';
import { headersOfContext } from './context.js';
import type { RpcReply } from './rpc-wire.js';
import { rpcSpan } from './tracing/message-spans.js';
import { tracedHere } from './tracing/spans.js';

const timeoutMs = 5_000;

/** Asks other services over core NATS. */
export class RpcClient {
  constructor(private readonly connection: NatsConnection) {}

  /**
   * @param options.timeoutMs how long the answer may take; 5 s unless the question itself takes long
   * @throws CodedError the one the other service threw, `unavailable` where nobody answered, or `payload_too_large`
   * where the question does not fit into a message: asking again would change nothing
   */
  ask<Request, Reply>(
    rpc: Rpc<Request, Reply>,
    request: Request,
    options: { timeoutMs?: number } = {},
  ): Promise<Reply> {
    return tracedHere(
      `ask ${rpc.subject}`,
      () => rpcSpan(rpc.subject, 'ask'),
      () => this.exchange(rpc, request, options.timeoutMs ?? timeoutMs),
    );
  }

  /** Announces that something cached elsewhere has changed; may be lost, see `changeSubjects`. */
  announce(subject: string, change: object): void {
    this.connection.publish(subject, JSON.stringify(change));
  }

  /** Calls `listener` for each announcement that reaches this process. */
  listen<Change>(subject: string, listener: (change: Change) => void): void {
    this.connection.subscribe(subject, {
      callback: (error, message) => {
        if (!error) listener(message.json<Change>());
      },
    });
  }

  private async exchange<Request, Reply>(
    rpc: Rpc<Request, Reply>,
    request: Request,
    timeout: number,
  ): Promise<Reply> {
    const headers = natsHeaders();
    for (const [name, value] of Object.entries(headersOfContext())) headers.set(name, value);
    let reply: RpcReply<Reply>;
    try {
      const message = await this.connection.request(rpc.subject, JSON.stringify(request), {
        timeout,
        headers,
      });
      reply = message.json<RpcReply<Reply>>();
    } catch (error) {
      throw Object.assign(error instanceof errors.InvalidArgumentError ? tooLarge() : unanswered(), {
        cause: error,
      });
    }
    if (!reply.ok) throw new CodedError(reply.code, reply.detail, reply.extras);
    return reply.value;
  }
}

const unanswered = (): CodedError =>
  new CodedError('unavailable', 'A service this request needs does not answer. Try again shortly.', {
    retryAfter: 2,
  });

const tooLarge = (): CodedError =>
  new CodedError('payload_too_large', 'This is more than one message between services can carry.');
