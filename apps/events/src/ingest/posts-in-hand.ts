import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, Metrics, Readiness } from '@qflow/service';
import type { Logger } from 'pino';
import { RefusedPost } from './refused-post.js';

/** Bytes of posts, and of the messages made of them, at once; parsed they take several times as much for a moment. */
const limit = 32 * 1024 * 1024;
/** What a request costs beside its body. */
const leastBytes = 16 * 1024;
const retryAfterSeconds = 5;

/** Knows how much of the process' memory posts hold, and says no rather than take in more than it can hold. */
@Injectable()
export class PostsInHand {
  private bytes = 0;
  /** Posts refused since it was full; 0 while posts are taken. */
  private refused = 0;

  constructor(
    metrics: Metrics,
    readiness: Readiness,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    metrics.gauge(
      'qflow_provider_posts_in_hand_bytes',
      `Memory held by posts that are being received or stored; beyond ${limit} new ones are refused.`,
      () => this.bytes,
    );
    readiness.show('posts', () => ({
      degraded: this.refused > 0,
      details: { bytesInHand: this.bytes, bytesAtMost: limit },
    }));
  }

  /**
   * Makes room for a post of which nothing has been read yet.
   * @param bytes its size, or the most it can have
   * @returns gives the room back
   * @throws RefusedPost `unavailable`, where there is none
   */
  admit(bytes: number): () => void {
    const room = Math.max(bytes, leastBytes);
    if (this.bytes + room > limit) throw this.refusal();
    return this.hold(room);
  }

  /** Counts what an admitted post takes in addition, as long as it does. */
  hold(bytes: number): () => void {
    this.bytes += bytes;
    return () => this.release(bytes);
  }

  private release(bytes: number): void {
    this.bytes -= bytes;
    // Only at half, or a burst would be told of at its every post.
    if (this.refused === 0 || this.bytes > limit / 2) return;
    this.logger.info({ refused: this.refused, bytesInHand: this.bytes }, 'provider posts are taken again');
    this.refused = 0;
  }

  private refusal(): RefusedPost {
    if (this.refused++ === 0)
      this.logger.warn(
        { bytesInHand: this.bytes, bytesAtMost: limit },
        'too many provider posts in hand: more are refused until half of them are stored',
      );
    const detail = 'Too many posts are waiting to be stored. Repeat the post.';
    return new RefusedPost('overloaded', 'unavailable', detail, { retryAfter: retryAfterSeconds });
  }
}
