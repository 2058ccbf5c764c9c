import type { JetStreamClient } from '@nats-io/jetstream';
import { AckInbox } from './publishing/ack-inbox.js';
import type { Publication } from './publishing/publication.js';
import { PublishRun, type RunListener } from './publishing/publish-run.js';
import { recordPublished } from './tracing/message-spans.js';

/** What became of messages that were published together. */
export interface Published {
  /** For each message whether the stream has stored it. */
  stored: boolean[];
  /** NATS is away: what was not tried is not worth trying just now. */
  interrupted: boolean;
}

/** Publishes to JetStream. Nothing counts as published before its PubAck. */
export class Publisher {
  private readonly inbox: AckInbox;

  /** @param onStored the stream has stored a message that it did not have yet; for metrics */
  constructor(
    jetstream: JetStreamClient,
    private readonly onStored?: (subject: string) => void,
  ) {
    this.inbox = new AckInbox(jetstream);
  }

  /** Resolves once the stream has stored the message; rejects otherwise. */
  async publish(publication: Publication): Promise<void> {
    let failure: unknown;
    const { stored } = await this.publishAll([publication], (error) => (failure = error));
    if (!stored[0]) throw failure;
  }

  /** Publishes pipelined. Never rejects: each kind of trouble is reported once, and the answer tells what is stored. */
  async publishAll(
    publications: readonly Publication[],
    onError: (error: unknown) => void,
  ): Promise<Published> {
    const stored = new Array<boolean>(publications.length).fill(false);
    if (publications.length === 0) return { stored, interrupted: false };
    let interrupted = false;
    let reported = false;
    const report = (error: unknown): void => {
      if (!reported) onError(error);
      reported = true;
    };
    const startedAt = Date.now();
    const listener: RunListener = {
      stored: (index, duplicate) => {
        const publication = publications[index] as Publication;
        stored[index] = true;
        if (!duplicate) this.onStored?.(publication.subject);
        recordPublished(publication, startedAt);
      },
      refused: (_, error) => report(error),
      interrupted: (error) => {
        interrupted = true;
        report(error);
      },
    };
    await new PublishRun(this.inbox, publications, listener).run();
    return { stored, interrupted };
  }
}

export type { Publication };
