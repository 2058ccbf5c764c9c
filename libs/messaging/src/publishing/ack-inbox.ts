import type { JetStreamClient } from '@nats-io/jetstream';
import { createInbox, errors, type Msg, type NatsConnection } from '@nats-io/transport-node';

/** Messages that were published together, and wait for what the server says of each. */
export interface Awaiting {
  /** The server's answer to the message of this index: a PubAck, a refusal, or that no stream takes the subject. */
  answered(index: number, answer: Msg): void;
  /** The user may not publish to the subject; that is all the server says of such messages. */
  forbidden(subject: string, error: Error): void;
  /** Nothing comes any more. */
  closed(): void;
}

/** What `jetstream(connection)` keeps, and the prefix of the inboxes that its user may read; their types do not say so. */
type WithConnection = JetStreamClient & { nc: NatsConnection & { options: { inboxPrefix?: string } } };

/**
 * One subscription for the answers to all that a connection publishes. The client's own request makes an inbox, a timer,
 * promises and two errors for each message, in case it is needed: four times the cost of sending it.
 */
export class AckInbox {
  readonly connection: NatsConnection;
  private readonly prefix: string;
  private readonly awaiting = new Map<string, Awaiting>();
  private runs = 0;
  private isOpen = false;

  constructor(jetstream: JetStreamClient) {
    const { nc } = jetstream as WithConnection;
    this.connection = nc;
    this.prefix = `${createInbox(nc.options.inboxPrefix)}.`;
  }

  /** @returns what the reply subjects of its messages begin with; the index of the message is what follows */
  add(awaiting: Awaiting): { key: string; prefix: string } {
    if (!this.isOpen) this.open();
    const key = (this.runs++).toString(36);
    this.awaiting.set(key, awaiting);
    return { key, prefix: `${this.prefix}${key}.` };
  }

  remove(key: string): void {
    this.awaiting.delete(key);
  }

  private open(): void {
    this.isOpen = true;
    this.connection.subscribe(`${this.prefix}*.*`, {
      callback: (error, message) => {
        if (!error) this.route(message);
      },
    });
    void this.watch();
    void this.connection.closed().then(() => this.awaiting.forEach((run) => run.closed()));
  }

  /** An answer that nobody waits for any more came too late: its message is published again. */
  private route(message: Msg): void {
    const { subject } = message;
    const dot = subject.indexOf('.', this.prefix.length);
    const run = this.awaiting.get(subject.slice(this.prefix.length, dot));
    run?.answered(Number(subject.slice(dot + 1)), message);
  }

  private async watch(): Promise<void> {
    for await (const status of this.connection.status())
      if (status.type === 'error' && status.error instanceof errors.PermissionViolationError)
        for (const run of this.awaiting.values()) run.forbidden(status.error.subject, status.error);
  }
}
