/** SendGrid, and custom arguments that pass through it, write the same value now as a number and now as a string. */
export const textOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
};

/** A whole number from 0 to 2^31 - 1, which is what the consumer's columns hold; null for anything else. */
export const countOf = (value: unknown): number | null => {
  const text = textOf(value)?.trim() ?? '';
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : null;
};

export const flagOf = (value: unknown): boolean =>
  value === true || value === 1 || value === 'true' || value === '1';

/** The last second of the year 9999: later ones have no four-digit form (RFC 3339 §5.6). */
const latestSecond = 253_402_300_799;

/** Unix seconds, as a number or a string of digits, as an RFC 3339 time; null for anything else. */
export function instantOf(value: unknown): string | null {
  const text = textOf(value)?.trim() ?? '';
  const seconds = /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
  return seconds > 0 && seconds <= latestSecond ? new Date(seconds * 1000).toISOString() : null;
}
