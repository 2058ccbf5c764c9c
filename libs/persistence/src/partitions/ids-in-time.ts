import { hash } from 'node:crypto';

/**
 * The smallest UUIDv7 (RFC 9562 §5.7) of a moment: its first 48 bits are milliseconds since the epoch, so ranges of
 * ids are ranges of time.
 */
export function lowestIdAt(time: number): string {
  const hex = Math.max(0, Math.floor(time)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

/** The moment in a UUIDv7, ms since the epoch. Of another UUID it is a number without meaning. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Whether the id is a UUIDv7, and so tells its time. */
export const hasTime = (id: string): boolean => id.charAt(14) === '7';

/**
 * A UUIDv7 of a moment whose other bits follow from a seed: whoever derives it again, after a crash or from a second
 * delivery, means the same thing.
 */
export function derivedId(time: number, seed: string): string {
  const digest = hash('sha256', seed);
  // RFC 9562 §5.7: version 7 in the 13th digit, variant 8–b in the 17th.
  const variant = ((Number.parseInt(digest.charAt(3), 16) & 0x3) | 0x8).toString(16);
  return `${lowestIdAt(time).slice(0, 14)}7${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(8, 20)}`;
}
