import { ConflictException, Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { InvalidRequest } from '../api/invalid-request.js';
import { EventOutlet } from '../event-webhook/event-outlet.js';
import { makeEvent } from '../event-webhook/make-event.js';
import type { PostingRecord, QueuedEvent } from '../event-webhook/queued-event.js';
import { Inbox } from '../inbox/inbox.js';
import type { InboxMessage } from '../inbox/inbox-message.js';
import type { Copy } from '../lives/provider-event.js';
import { usualStep } from '../lives/usual-steps.js';
import type { TriggerRequest } from './read-trigger.js';

/** An event that was triggered by hand. */
export interface TriggeredEvent {
  /** As it is posted. */
  event: unknown;
  posting: PostingRecord;
}

/** UTF-8 bytes of one event. */
const LARGEST = 64 * 1024;
/** Events of one message; far more than any mail has. */
const MOST_OF_A_MESSAGE = 1000;
/** Events without a message that are remembered. */
const MOST_REMEMBERED = 200;

/** Makes events happen by hand. They are posted, signed and repeated like all others. */
@Injectable()
export class Triggers {
  private readonly loose: { json: string; record: PostingRecord }[] = [];

  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(EventOutlet) private readonly outlet: EventOutlet,
  ) {}

  /**
   * Lets something happen to a message; it shows in the message's history.
   *
   * @throws InvalidRequest when the event is too large
   * @throws ConflictException when the message has as many events as one may have
   * @throws ServiceUnavailableException when too many events wait for the webhook
   */
  trigger(message: InboxMessage, { event, fields }: TriggerRequest): TriggeredEvent {
    const place = message.history.length;
    if (place >= MOST_OF_A_MESSAGE)
      throw new ConflictException(`This message has ${MOST_OF_A_MESSAGE} events already.`);
    const detail = this.inbox.detailOf(message);
    const asmGroupId = detail?.asmGroupId ?? undefined;
    const content = detail?.html ? [{ type: 'text/html', value: detail.html }] : [];
    const usual = usualStep(event, { content, asmGroupId }, fields['type']);
    const { timestamp } = fields;
    const queued = makeEvent(
      copyOf(message, detail?.categories ?? [], asmGroupId),
      { event, details: { ...usual.details, ...fields } },
      {
        place,
        at: typeof timestamp === 'number' ? timestamp : Math.floor(Date.now() / 1000),
        posting: this.outlet.posting,
      },
    );
    this.send([queued]);
    this.inbox.record(message, queued.record, queued.bytes);
    return triggered(queued);
  }

  /**
   * Posts events that belong to no message, as they are.
   *
   * @param entries any values that JSON has
   * @throws InvalidRequest when one is too large
   * @throws ServiceUnavailableException when too many events wait for the webhook
   */
  post(entries: readonly unknown[]): TriggeredEvent[] {
    const events = entries.map((entry) => {
      const json = JSON.stringify(entry);
      const record: PostingRecord = { state: this.outlet.posting, attempts: 0 };
      return { json, bytes: Buffer.byteLength(json), record };
    });
    this.send(events);
    this.loose.push(...events.map(({ json, record }) => ({ json, record })));
    this.loose.splice(0, this.loose.length - MOST_REMEMBERED);
    return events.map(triggered);
  }

  /** The events without a message that were posted last, newest first. */
  posted(): TriggeredEvent[] {
    return this.loose.map(triggered).reverse();
  }

  /** Forgets the events without a message. */
  reset(): void {
    this.loose.length = 0;
  }

  private send(events: QueuedEvent[]): void {
    if (events.some(({ bytes }) => bytes > LARGEST))
      throw new InvalidRequest([{ path: '', message: `an event may have ${LARGEST / 1024} KB at most` }]);
    if (!this.outlet.hasRoom(events.reduce((sum, { bytes }) => sum + bytes, 0)))
      throw new ServiceUnavailableException('Too many events wait for the webhook already.');
    this.outlet.send(events);
  }
}

function triggered({ json, record }: Pick<QueuedEvent, 'json' | 'record'>): TriggeredEvent {
  const { state, attempts } = record;
  return { event: JSON.parse(json) as unknown, posting: { state, attempts } };
}

/** The copy of a mail that a message is, as its events are made of it. */
export function copyOf(
  { messageId, id, to, receivedAt, customArgs }: InboxMessage,
  categories: string[],
  asmGroupId: number | undefined,
): Copy {
  const index = Number(id.slice(messageId.length + 1));
  const acceptedAt = Math.floor(receivedAt / 1000);
  return { messageId, index, email: to, acceptedAt, categories, customArgs, asmGroupId };
}
