import type { QueuedEvent } from './queued-event.js';

/** SendGrid posts what it has whenever that reaches 768 KB; the number of events is ours, to bound one post. */
export const LARGEST_BATCH = { events: 1000, bytes: 768 * 1024 };

const OPENING = '[';
const SEPARATOR = ',\r\n';
const CLOSING = ']\r\n';

/**
 * Takes from the front of the queue what fits into one post, at least one event.
 *
 * @param queue shortened by what is taken
 */
export function takeBatch(queue: QueuedEvent[], largest = LARGEST_BATCH): QueuedEvent[] {
  let bytes = OPENING.length + CLOSING.length;
  let count = 0;
  for (const event of queue) {
    bytes += event.bytes + (count === 0 ? 0 : SEPARATOR.length);
    if (count > 0 && (count === largest.events || bytes > largest.bytes)) break;
    count += 1;
  }
  return queue.splice(0, count);
}

/**
 * The body of a post, as SendGrid writes it: a JSON array that ends in `\r\n`. The signature covers these
 * bytes, the line end included.
 */
export function batchBody(events: readonly QueuedEvent[]): Buffer {
  return Buffer.from(OPENING + events.map((event) => event.json).join(SEPARATOR) + CLOSING);
}
