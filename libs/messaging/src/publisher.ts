import type { JetStreamClient } from '@nats-io/jetstream';
import { headers as natsHeaders } from '@nats-io/transport-node';

/** One message to publish. */
export interface Publication {
  subject: string;
  /** `Nats-Msg-Id`: a second publish with the same id inside the duplicate window is dropped by the stream. */
  msgId: string;
  /** JSON, serialised once. */
  body: string;
  headers?: Record<string, string>;
}

/** Publishes in flight at once: enough to hide the round trip, few enough to bound memory. */
const outstanding = 256;
/** A publish that was in flight when NATS went down is never acknowledged; publishing it again is harmless. */
const ackTimeoutMs = 3_000;

/** Publishes to JetStream. Nothing counts as published before its PubAck. */
export class Publisher {
  constructor(private readonly jetstream: JetStreamClient) {}

  /** Resolves once the stream has stored the message; rejects otherwise. */
  async publish({ subject, msgId, body, headers }: Publication): Promise<void> {
    const options = { msgID: msgId, timeout: ackTimeoutMs, retries: 1 };
    if (!headers || Object.keys(headers).length === 0) await this.jetstream.publish(subject, body, options);
    else {
      const h = natsHeaders();
      for (const [name, value] of Object.entries(headers)) h.set(name, value);
      await this.jetstream.publish(subject, body, { ...options, headers: h });
    }
  }

  /**
   * Publishes pipelined.
   * @returns for each message whether the stream stored it; never rejects
   */
  async publishAll(
    publications: readonly Publication[],
    onError: (error: unknown) => void,
  ): Promise<boolean[]> {
    const stored = new Array<boolean>(publications.length).fill(false);
    let next = 0;
    let failed = false;
    const lane = async (): Promise<void> => {
      while (next < publications.length && !failed) {
        const index = next++;
        try {
          await this.publish(publications[index] as Publication);
          stored[index] = true;
        } catch (error) {
          // One failure usually means that NATS is away: stop starting new ones, and report it once.
          if (!failed) onError(error);
          failed = true;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(outstanding, publications.length) }, lane));
    return stored;
  }
}
