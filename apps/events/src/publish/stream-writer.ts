import { Inject, Injectable } from '@nestjs/common';
import { Publisher, type Publication } from '@qflow/messaging';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { PostsInHand } from '../ingest/posts-in-hand.js';
import { RefusedPost } from '../ingest/refused-post.js';
import { NatsLink } from './nats-link.js';

const retryAfterSeconds = 5;

/** Writes to the streams. */
@Injectable()
export class StreamWriter {
  constructor(
    private readonly publisher: Publisher,
    private readonly link: NatsLink,
    private readonly inHand: PostsInHand,
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
    let stored: boolean[];
    try {
      stored = await this.link.whileUp(() => this.publish(messages, bytes));
    } catch (cause) {
      throw refusal(cause);
    }
    if (!stored.every(Boolean)) throw refusal();
  }

  /** Holds the post's share of memory for as long as the messages really live, however long anyone waits for them. */
  private async publish(messages: readonly Publication[], bytes: number): Promise<boolean[]> {
    const giveBack = this.inHand.hold(bytes);
    try {
      const { stored } = await this.publisher.publishAll(messages, (err) =>
        this.logger.warn({ err }, 'the stream did not take a message'),
      );
      return stored;
    } finally {
      giveBack();
    }
  }
}

const refusal = (cause?: unknown): RefusedPost =>
  Object.assign(
    new RefusedPost(
      'stream_unavailable',
      'unavailable',
      'The events cannot be stored right now. Repeat the post.',
      { retryAfter: retryAfterSeconds },
    ),
    { cause },
  );
