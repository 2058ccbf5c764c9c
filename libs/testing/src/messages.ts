import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { connectNats, Publisher, type RpcReply } from '@qflow/messaging';
import type { Rpc, StreamName } from '@qflow/contracts';

/** The test's own hands on NATS: publishes, looks into streams, and answers in place of other services. */
export class TestMessages {
  private constructor(
    readonly connection: NatsConnection,
    readonly jetstream: JetStreamClient,
    readonly publisher: Publisher,
  ) {}

  static async connect(url: string): Promise<TestMessages> {
    const connection = await connectNats({ url, name: 'test' });
    const client = jetstream(connection);
    return new TestMessages(connection, client, new Publisher(client));
  }

  /** Publishes a message body; `msgId` defaults to a new one. */
  async publish(subject: string, message: object, msgId: string = crypto.randomUUID()): Promise<void> {
    await this.publisher.publish({ subject, msgId, body: JSON.stringify(message) });
  }

  /** Everything a stream still holds, oldest first, parsed. */
  async inStream<T>(stream: StreamName): Promise<T[]> {
    const manager = await this.jetstream.jetstreamManager();
    const { state } = await manager.streams.info(stream);
    const messages: T[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
      const message = await manager.streams.getMessage(stream, { seq }).catch(() => null);
      if (message) messages.push(message.json<T>());
    }
    return messages;
  }

  /** Answers an RPC in place of the service that would. */
  answer<Request, Reply>(
    rpc: Rpc<Request, Reply>,
    how: (request: Request) => Reply | Promise<Reply>,
  ): Subscription {
    return this.answerWith(rpc, async (request) => ({ ok: true, value: await how(request) }));
  }

  /** The same with the reply as it travels: an error with its code, for instance. */
  answerWith<Request, Reply>(
    rpc: Rpc<Request, Reply>,
    how: (request: Request) => RpcReply<Reply> | Promise<RpcReply<Reply>>,
  ): Subscription {
    return this.connection.subscribe(rpc.subject, {
      callback: (_error, message) => {
        void (async () => message.respond(JSON.stringify(await how(message.json<Request>()))))();
      },
    });
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
