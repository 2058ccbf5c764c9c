import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { deadLetters } from '../publish/dead-letters.js';
import { eventMessages } from '../publish/event-messages.js';
import { StreamWriter } from '../publish/stream-writer.js';
import { readEvents, type WrittenEvent } from '../sendgrid/read-events.js';
import { IngestMetrics, type TypeCounts } from './ingest-metrics.js';
import { readEntries } from './read-entries.js';

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
    const receivedAt = new Date().toISOString();
    const { events, malformed } = readEvents(readEntries(body), receivedAt);
    const messages = eventMessages(
      events.map(({ json }) => json),
      receivedAt,
    );
    await this.stream.write([...messages, ...deadLetters(malformed, receivedAt)], body.length);
    this.report(body, events, malformed.length, messages.length, started);
  }

  private report(
    body: Buffer,
    events: readonly WrittenEvent[],
    malformed: number,
    messages: number,
    started: number,
  ): void {
    const types = countTypes(events);
    const ms = performance.now() - started;
    this.metrics.stored(types, malformed, ms);
    const durationMs = Math.round(ms * 100) / 100;
    const line = { events: events.length, types, malformed, messages, bytes: body.length, durationMs };
    this.logger[malformed > 0 ? 'warn' : 'info'](line, 'provider post stored');
  }
}

function countTypes(events: readonly WrittenEvent[]): TypeCounts {
  const counts: TypeCounts = {};
  for (const { event } of events) counts[event.type] = (counts[event.type] ?? 0) + 1;
  return counts;
}
