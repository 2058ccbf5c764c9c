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
