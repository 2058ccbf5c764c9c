import { Inject, Injectable } from '@nestjs/common';
import type { JetStreamClient, StoredMsg } from '@nats-io/jetstream';
import {
  accountEventsSubject,
  commsEventSubject,
  commsEventV1,
  isFeedEvent,
  UnreadableMessage,
  type PageRequest,
} from '@qflow/contracts';
import { JETSTREAM } from '@qflow/service';
import { decodeCursor, encodeCursor } from '@qflow/persistence';
import { pageOf } from '../paging/page.js';
import type { EventFeedPage, EventsQuery, FeedEvent } from './event-feed.dto.js';
import { readStream } from './read-stream.js';

/** An answer ends after the event that reaches this. */
const maxBytes = 1024 * 1024;

/** Fits a JavaScript number and the stream's sequence. */
const isSequence = (text: string): boolean => /^\d{1,15}$/.test(text);

/**
 * The events of an account in the order of the stream, straight from it. A place in the feed is a sequence number of
 * the stream, which are given out one after the other as events are stored: nothing can appear before a place that
 * somebody has read up to, however late the transaction behind it was committed.
 */
@Injectable()
export class EventFeed {
  constructor(@Inject(JETSTREAM) private readonly jetstream: JetStreamClient) {}

  /**
   * Events that are past their retention are skipped: the feed goes on with the oldest there is.
   * @throws CodedError `validation_error` (`/after`), `unavailable`
   */
  async read(accountId: string, query: EventsQuery): Promise<EventFeedPage> {
    const { after, limit } = pageOf(query);
    const seen = sequenceOf(after);
    const { direct } = await this.jetstream.jetstreamManager(false);
    const messages = await readStream(direct, commsEventV1.stream, {
      fromSequence: seen + 1,
      subject: query.type ? commsEventSubject(accountId, query.type) : accountEventsSubject(accountId),
      limit,
      maxBytes,
    });
    const last = messages.at(-1);
    return {
      events: messages.flatMap(eventOf),
      after: encodeCursor([String(last?.seq ?? seen)]),
      more: last !== undefined && last.pending > 0,
    };
  }
}

function sequenceOf(after: PageRequest['after']): number {
  if (after === null) return 0;
  const [sequence] = decodeCursor(after, [isSequence]);
  return Number(sequence);
}

/**
 * The payload of the webhook. One of a version that this code does not know is not shown; what is about endpoints is no
 * part of the feed. The place in the feed goes on past either.
 */
function eventOf(message: StoredMsg): FeedEvent[] {
  try {
    const { id, type, createdAt, data } = commsEventV1.read(message.json());
    return isFeedEvent(type) ? [{ id, type, createdAt, data }] : [];
  } catch (error) {
    if (error instanceof UnreadableMessage || error instanceof SyntaxError) return [];
    throw error;
  }
}
