import { Inject, Injectable } from '@nestjs/common';
import { NATS } from '@qflow/service';

/** What of a NATS connection matters here. */
interface Connection {
  status(): AsyncIterable<{ type: string }>;
}

/** SendGrid waits 10 s for an answer; a refusal must be out well before. */
const patienceMs = 5_000;

/** The stream did not take a message in time, or cannot be reached at all. */
export class LinkDown extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'LinkDown';
  }
}

/**
 * Knows whether NATS is connected. The client itself would keep what is published meanwhile, for as long as its
 * caller's patience, and drop it when it dials again.
 */
@Injectable()
export class NatsLink {
  private up = true;
  private readonly waiting = new Set<(reason: LinkDown) => void>();

  constructor(@Inject(NATS) connection: Connection) {
    void this.watch(connection);
  }

  /**
   * Runs `work`, but waits for it only while NATS is connected, and no longer than a provider waits for us.
   * @throws LinkDown; the work may succeed all the same
   */
  async whileUp<T>(work: () => Promise<T>): Promise<T> {
    if (!this.up) throw new LinkDown('NATS is not connected');
    const lost = this.lost();
    try {
      return await Promise.race([work(), lost.promise]);
    } finally {
      lost.forget();
    }
  }

  /** Rejects when the connection is lost or time is up, unless it is forgotten first. */
  private lost(): { promise: Promise<never>; forget: () => void } {
    let forget = (): void => undefined;
    const promise = new Promise<never>((_, reject) => {
      const silent = (): LinkDown => new LinkDown(`no answer from NATS within ${patienceMs} ms`);
      const timer = setTimeout(() => reject(silent()), patienceMs);
      this.waiting.add(reject);
      forget = () => {
        clearTimeout(timer);
        this.waiting.delete(reject);
      };
    });
    return { promise, forget };
  }

  private async watch(connection: Connection): Promise<void> {
    for await (const { type } of connection.status())
      if (type === 'disconnect' || type === 'close') this.lose();
      else if (type === 'reconnect') this.up = true;
  }

  private lose(): void {
    this.up = false;
    for (const giveUp of this.waiting) giveUp(new LinkDown('the connection to NATS was lost'));
  }
}
