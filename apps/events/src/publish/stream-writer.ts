import { Inject, Injectable } from '@nestjs/common';
import { Publisher, type Publication } from '@qflow/messaging';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { RefusedPost, type RefusalReason } from '../ingest/refused-post.js';
import { NatsLink } from './nats-link.js';

/** Bytes of posts being written at once; parsed and written out they take several times as much memory. */
const maxBytesInHand = 16 * 1024 * 1024;
const retryAfterSeconds = 5;

/** Writes to the streams, and says no rather than keep more waiting than the process can hold. */
@Injectable()
export class StreamWriter {
  private bytesInHand = 0;

  constructor(
    private readonly publisher: Publisher,
    private readonly link: NatsLink,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Resolves once the stream has acknowledged every message.
   * @param bytes size of the post they come from
   * @throws RefusedPost `unavailable`; some of the messages may be on the stream all the same, and a repetition of
   *   the post completes them
   */
  async write(messages: readonly Publication[], bytes: number): Promise<void> {
    if (messages.length === 0) return;
    if (this.bytesInHand > maxBytesInHand)
      throw refusal('overloaded', 'Too many posts are waiting to be stored.');
    try {
      const stored = await this.link.whileUp(() => this.publish(messages, bytes));
      if (stored.every(Boolean)) return;
    } catch (cause) {
      throw refusal('stream_unavailable', 'The events cannot be stored right now.', cause);
    }
    throw refusal('stream_unavailable', 'The events cannot be stored right now.');
  }

  /** Holds the post's share of memory for as long as the messages really live, however long anyone waits for them. */
  private async publish(messages: readonly Publication[], bytes: number): Promise<boolean[]> {
    this.bytesInHand += bytes;
    try {
      const { stored } = await this.publisher.publishAll(messages, (err) =>
        this.logger.warn({ err }, 'the stream did not take a message'),
      );
      return stored;
    } finally {
      this.bytesInHand -= bytes;
    }
  }
}

const refusal = (reason: RefusalReason, detail: string, cause?: unknown): RefusedPost =>
  Object.assign(
    new RefusedPost(reason, 'unavailable', `${detail} Repeat the post.`, { retryAfter: retryAfterSeconds }),
    { cause },
  );
