import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { errors, headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { recordPublished } from './tracing/message-spans.js';

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

/** What became of messages that were published together. */
export interface Published {
  /** For each message whether the stream has stored it. */
  stored: boolean[];
  /** NATS is away: what was not tried is not worth trying just now. */
  interrupted: boolean;
}

/**
 * The stream's own refusal (it is full), a subject that is not ours, or a message NATS would never take (it is too
 * large): the others may pass.
 */
const concernsOneMessage = (error: unknown): boolean =>
  error instanceof JetStreamApiError ||
  error instanceof errors.InvalidArgumentError ||
  (error instanceof Error && error.cause instanceof errors.PermissionViolationError);

function natsHeadersOf(headers: Record<string, string>): MsgHdrs {
  const h = natsHeaders();
  for (const [name, value] of Object.entries(headers)) h.set(name, value);
  return h;
}

/** Publishes to JetStream. Nothing counts as published before its PubAck. */
export class Publisher {
  /** @param onStored the stream has stored a message that it did not have yet; for metrics */
  constructor(
    private readonly jetstream: JetStreamClient,
    private readonly onStored?: (subject: string) => void,
  ) {}

  /** Resolves once the stream has stored the message; rejects otherwise. */
  async publish(publication: Publication): Promise<void> {
    const { subject, msgId, body, headers } = publication;
    const startedAt = Date.now();
    const options = { msgID: msgId, timeout: ackTimeoutMs, retries: 1 };
    const { duplicate } = await this.jetstream.publish(
      subject,
      body,
      headers && Object.keys(headers).length > 0 ? { ...options, headers: natsHeadersOf(headers) } : options,
    );
    if (!duplicate) this.onStored?.(subject);
    recordPublished(publication, startedAt);
  }

  /** Publishes pipelined. Never rejects: each kind of trouble is reported once, and the answer tells what is stored. */
  async publishAll(
    publications: readonly Publication[],
    onError: (error: unknown) => void,
  ): Promise<Published> {
    const stored = new Array<boolean>(publications.length).fill(false);
    let next = 0;
    let interrupted = false;
    let reported = false;
    const lane = async (): Promise<void> => {
      while (next < publications.length && !interrupted) {
        const index = next++;
        try {
          await this.publish(publications[index] as Publication);
          stored[index] = true;
        } catch (error) {
          if (!reported) onError(error);
          reported = true;
          interrupted ||= !concernsOneMessage(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(outstanding, publications.length) }, lane));
    return { stored, interrupted };
  }
}
