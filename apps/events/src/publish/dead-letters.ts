import { createHash } from 'node:crypto';
import { deadLetterSubject, providerEventsV1, type DeadLetterV1 } from '@qflow/contracts';
import { headersOfContext, type Publication } from '@qflow/messaging';
import { chunks, written, type Written } from './chunks.js';

/** An entry of a post that is no event. */
export interface MalformedEntry {
  entry: unknown;
  /** Completes "the entry …". */
  reason: string;
}

/** A letter holds its body as a string inside of JSON, which can double it. */
const limits = { count: 200, bytes: 256 * 1024 };
/** UTF-16 code units of an entry that is kept; six bytes each at the worst still fit in a message. */
const maxEntryLength = 128 * 1024;
/** Levels that are kept of an entry that has thousands. */
const keptLevels = 100;

/**
 * Letters for the DEAD stream with the entries of one post that are no events: one letter per reason, several where
 * there are very many. The body of a letter is the JSON array of its entries.
 */
export const deadLetters = (malformed: readonly MalformedEntry[], receivedAt: string): Publication[] =>
  [...byReason(malformed)].flatMap(([reason, entries]) =>
    chunks(
      entries.map((entry) => written(jsonOf(entry))),
      limits,
    ).map((chunk) => letterOf(chunk, reason, receivedAt)),
  );

function byReason(malformed: readonly MalformedEntry[]): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const { entry, reason } of malformed) {
    const group = groups.get(reason);
    if (group) group.push(entry);
    else groups.set(reason, [entry]);
  }
  return groups;
}

function letterOf(chunk: readonly Written[], reason: string, receivedAt: string): Publication {
  const body = `[${chunk.map(({ json }) => json).join(',')}]`;
  const letter: DeadLetterV1 = {
    kind: 'dead.letter',
    version: 1,
    origin: 'PROVIDER',
    subject: providerEventsV1.subject,
    reason: `${chunk.length === 1 ? 'an entry' : `each of ${chunk.length} entries`} of a SendGrid post ${reason}`,
    diedAt: receivedAt,
    body,
    bytes: Buffer.byteLength(body),
  };
  return {
    subject: deadLetterSubject('PROVIDER'),
    msgId: `dead:PROVIDER:${createHash('sha256').update(body).digest('hex')}`,
    body: JSON.stringify(letter),
    headers: headersOfContext(),
  };
}

function jsonOf(entry: unknown): string {
  try {
    return JSON.stringify(entry).slice(0, maxEntryLength);
  } catch {
    // Thousands of levels overflow the call stack of JSON.stringify.
    return JSON.stringify(pruned(entry, keptLevels)).slice(0, maxEntryLength);
  }
}

function pruned(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '(nested too deeply to be kept)';
  if (Array.isArray(value)) return value.map((inner) => pruned(inner, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, pruned(inner, levels - 1)]));
}
