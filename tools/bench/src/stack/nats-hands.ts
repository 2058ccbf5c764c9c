import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { StreamName } from '@qflow/contracts';
import type { StackInfo } from '@qflow/local-stack';
import { connectNats, Publisher, RpcClient } from '@qflow/messaging';

/** Each that of the user who may do it: nobody may do everything. */
type Connections = Record<'sender' | 'gateway' | 'streams', NatsConnection>;

/** The hands of a row on NATS. */
export class NatsHands {
  /** Publishes events as the sender does. */
  readonly publisher: Publisher;
  /** Asks the services as the gateway does. */
  readonly rpc: RpcClient;

  private constructor(
    private readonly connections: Connections,
    private readonly manager: JetStreamManager,
  ) {
    this.publisher = new Publisher(jetstream(connections.sender));
    this.rpc = new RpcClient(connections.gateway);
  }

  static async connect({ natsUrl: url, natsPasswords }: StackInfo): Promise<NatsHands> {
    const as = (user: keyof Connections): Promise<NatsConnection> =>
      connectNats({ url, name: 'bench', ...(natsPasswords && { user, password: natsPasswords[user] }) });
    const [sender, gateway, streams] = await Promise.all([as('sender'), as('gateway'), as('streams')]);
    return new NatsHands({ sender, gateway, streams }, await jetstreamManager(streams));
  }

  /** The number of the last message that a stream has stored: the difference of two is how many came in between. */
  async lastSequence(stream: StreamName): Promise<number> {
    const { state } = await this.manager.streams.info(stream);
    return state.last_seq;
  }

  /** What a stream holds at the moment. */
  async streamSize(stream: StreamName): Promise<{ readonly messages: number; readonly bytes: number }> {
    const { messages, bytes } = (await this.manager.streams.info(stream)).state;
    return { messages, bytes };
  }

  /** Requested sends that the sender has not settled yet. */
  unsettledRequests(): Promise<number> {
    return this.unsettled('SENDS', 'sender-requests');
  }

  /** Reports of the provider that the sender has not settled yet. */
  unsettledReports(): Promise<number> {
    return this.unsettled('PROVIDER', 'sender-reports');
  }

  /** Events that webhooks has not settled yet. */
  unsettledEvents(): Promise<number> {
    return this.unsettled('EVENTS', 'webhooks-events');
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.connections).map((connection) => connection.close()));
  }

  private async unsettled(stream: StreamName, durable: string): Promise<number> {
    const { num_pending, num_ack_pending } = await this.manager.consumers.info(stream, durable);
    return num_pending + num_ack_pending;
  }
}
