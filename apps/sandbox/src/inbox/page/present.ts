import type { DescribedEvent, DescribedMessage, MessageSummary } from '../describe-message.js';

/** How an event looks: good, bad, waiting, or neither. */
export type Tone = 'good' | 'bad' | 'wait' | 'soft';

const TONES: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  open: 'good',
  click: 'good',
  deferred: 'wait',
  bounce: 'bad',
  dropped: 'bad',
  spamreport: 'bad',
  unsubscribe: 'bad',
};

const toneOf = (event: string): Tone => TONES[event] ?? 'soft';

/** `2026-04-29 10:23:00`, in UTC. */
export function clock(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

/** A message as a row of the list. */
export function presentRow(message: MessageSummary): Record<string, unknown> {
  const lastEvent = message.events.at(-1) ?? 'accepted';
  const when = clock(new Date(message.receivedAt));
  return { ...message, lastEvent, tone: toneOf(lastEvent), when };
}

/** An event as a row of a message's history. */
export function presentEvent({
  event,
  timestamp,
  details,
  posting,
}: DescribedEvent): Record<string, unknown> {
  return {
    event,
    tone: toneOf(event),
    when: clock(new Date(timestamp * 1000)),
    posting: postingInWords(posting),
    details: namedValues(details),
  };
}

/** What belongs to a message beside its headers, one row each. */
export function presentFacts(message: DescribedMessage): NamedValue[] {
  const categories =
    message.categories.length > 0 ? [{ name: 'Categories', value: message.categories.join(', ') }] : [];
  const attachments = message.attachments.map(({ filename, type, bytes }) => ({
    name: 'Attachment',
    value: `${filename} (${type}, ${bytes} bytes)`,
  }));
  return [...namedValues(message.customArgs), ...categories, ...attachments];
}

interface NamedValue {
  name: string;
  value: string;
}

/** An object as rows of text. */
export function namedValues(values: Readonly<Record<string, unknown>>): NamedValue[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

function postingInWords({ state, attempts }: DescribedEvent['posting']): string {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  switch (state) {
    case 'off':
      return 'not posted';
    case 'queued':
      return attempts === 0 ? 'waiting' : `waiting, ${tries} so far`;
    case 'posted':
      return attempts === 1 ? 'posted' : `posted, ${tries}`;
    case 'failed':
      return `given up, ${tries}`;
  }
}
