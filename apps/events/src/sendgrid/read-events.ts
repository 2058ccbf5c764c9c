import type { ProviderEvent } from '@qflow/contracts';
import { maxMessageBytes, written, type Written } from '../publish/chunks.js';
import type { MalformedEntry } from '../publish/dead-letters.js';
import { wordOf } from './field-values.js';
import { normaliseEntry, type SendgridEntry } from './normalise-entry.js';

/** An event, and the JSON it travels as. */
export interface WrittenEvent extends Written {
  event: ProviderEvent;
}

/** SendGrid's entries have two levels. Whatever has so many more is not read recursively. */
const maxDepth = 32;

/** Sorts the entries of a post into events and the rest, each in the order of the post. */
export function readEvents(
  entries: readonly unknown[],
  receivedAt: string,
): { events: WrittenEvent[]; malformed: MalformedEntry[] } {
  const events: WrittenEvent[] = [];
  const malformed: MalformedEntry[] = [];
  for (const entry of entries) {
    const read = readEvent(entry, receivedAt);
    if ('json' in read) events.push(read);
    else malformed.push(read);
  }
  return { events, malformed };
}

function readEvent(entry: unknown, receivedAt: string): WrittenEvent | MalformedEntry {
  if (!isEntry(entry)) return { entry, reason: 'is not a JSON object' };
  if (wordOf(entry.event) === null) return { entry, reason: 'has no "event" that says what happened' };
  if (isDeeperThan(entry, maxDepth)) return { entry, reason: `is nested deeper than ${maxDepth} levels` };
  const event = normaliseEntry(entry, receivedAt);
  const { json, bytes } = written(JSON.stringify(event));
  if (bytes > maxMessageBytes)
    return { entry, reason: `is too large for a message of ${maxMessageBytes} bytes` };
  return { event, json, bytes };
}

const isEntry = (entry: unknown): entry is SendgridEntry =>
  typeof entry === 'object' && entry !== null && !Array.isArray(entry);

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && isDeeperThan(inner, levels - 1)) return true;
  return false;
}
