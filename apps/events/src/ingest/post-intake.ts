import { Inject, Injectable } from '@nestjs/common';
import { recordOfSend, requestContext } from '@qflow/messaging';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { StreamWriter } from '../publish/stream-writer.js';
import { IngestMetrics } from './ingest-metrics.js';
import { readPost, type PostContents, type TracedEvent } from './read-post.js';

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
    const receivedAt = new Date();
    const { traced, ...post } = readPost(body, receivedAt.toISOString());
    await this.stream.write(post.messages, body.length);
    this.report(body.length, post, performance.now() - started);
    for (const event of traced) recordReport(event, receivedAt.getTime());
  }

  private report(
    bytes: number,
    { messages, malformed, reasons, ...counts }: Omit<PostContents, 'traced'>,
    ms: number,
  ): void {
    this.metrics.stored(counts.types, malformed, ms);
    const line = { ...counts, messages: messages.length, bytes, durationMs: Math.round(ms * 100) / 100 };
    if (malformed === 0) return this.logger.info(line, 'provider post stored');
    this.logger.warn(
      { ...line, malformed, reasons },
      'provider post stored, but for entries that are no events: those are on the DEAD stream',
    );
  }
}

/** A part of the send's trace, whenever it comes, and linked to the post that it came in together with others. */
const recordReport = ({ sendId, type, attempt }: TracedEvent, startedAt: number): void =>
  recordOfSend(sendId, `report ${type}`, {
    startedAt,
    attributes: { 'qflow.report.type': type, ...(attempt !== null && { 'qflow.attempt': attempt }) },
    links: [requestContext.current()?.trace],
  });
