import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { StreamWriter } from '../publish/stream-writer.js';
import { IngestMetrics } from './ingest-metrics.js';
import { readPost, type PostContents } from './read-post.js';

/** Takes authentic posts: reads them, puts their events on the stream, says what it did. */
@Injectable()
export class PostIntake {
  constructor(
    private readonly stream: StreamWriter,
    private readonly metrics: IngestMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Resolves once everything the post holds is on a stream: its events on PROVIDER, what is no event on DEAD.
   * @throws RefusedPost where the body is not an array, or the stream does not take it
   */
  async take(body: Buffer): Promise<void> {
    const started = performance.now();
    const post = readPost(body, new Date().toISOString());
    await this.stream.write(post.messages, body.length);
    this.report(body.length, post, performance.now() - started);
  }

  private report(bytes: number, { messages, malformed, reasons, ...counts }: PostContents, ms: number): void {
    this.metrics.stored(counts.types, malformed, ms);
    const line = { ...counts, messages: messages.length, bytes, durationMs: Math.round(ms * 100) / 100 };
    if (malformed === 0) return this.logger.info(line, 'provider post stored');
    this.logger.warn(
      { ...line, malformed, reasons },
      'provider post stored, but for entries that are no events: those are on the DEAD stream',
    );
  }
}
