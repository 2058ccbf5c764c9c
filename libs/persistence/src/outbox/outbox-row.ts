import type { OutboxEntry } from './outbox.js';

/** Subject, message id, headers, and how many UTF-16 units of the bodies are its own; the last one's are the rest. */
type Envelope = [subject: string, msgId: string, headers: Record<string, string>, length?: number];

/** The columns of a row of messages. */
export interface PackedEntries {
  message_count: number;
  /** JSON array of {@link Envelope}. */
  envelopes: string;
  /** One after the other, as they are. */
  bodies: string;
}

/** Messages in a row at the most: what is refused rewrites its row. */
const maxMessages = 500;
/** Of bodies in a row, UTF-16 units; a larger message has a row of its own. */
const maxLength = 1024 * 1024;

/** Cuts what one transaction writes into rows, in order. */
export function* inRows(entries: readonly OutboxEntry[]): Generator<readonly OutboxEntry[]> {
  let start = 0;
  let length = 0;
  for (const [index, { body }] of entries.entries()) {
    if (index > start && (index - start === maxMessages || length + body.length > maxLength)) {
      yield entries.slice(start, index);
      start = index;
      length = 0;
    }
    length += body.length;
  }
  if (start < entries.length) yield entries.slice(start);
}

/** Bodies are not escaped into JSON once more, and not made into an array: both cost more than the insert. */
export function pack(entries: readonly OutboxEntry[]): PackedEntries {
  const envelopes: Envelope[] = [];
  let bodies = '';
  for (const { subject, msgId, headers, body } of entries) {
    envelopes.push([subject, msgId, headers, body.length]);
    bodies += body;
  }
  return { message_count: entries.length, envelopes: JSON.stringify(envelopes), bodies };
}

export function unpack(envelopes: readonly Envelope[], bodies: string): OutboxEntry[] {
  let start = 0;
  return envelopes.map(([subject, msgId, headers, length = bodies.length]) => {
    const body = bodies.slice(start, start + length);
    start += length;
    return { subject, msgId, headers, body };
  });
}
