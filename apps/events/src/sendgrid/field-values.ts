/** SendGrid, and custom arguments that pass through it, write the same value now as a number and now as a string. */
export const textOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
};

/** A name out of a fixed list, whatever its letter case and the white space around it; null for anything else. */
export const wordOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.trim().toLowerCase() || null : null;

/** A whole number from 0 to 2^31 - 1, which is what the consumer's columns hold; null for anything else. */
export const countOf = (value: unknown): number | null => {
  const text = textOf(value)?.trim() ?? '';
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : null;
};

export const flagOf = (value: unknown): boolean =>
  value === true || value === 1 || wordOf(value) === 'true' || wordOf(value) === '1';

/** The last second of the year 9999: later ones have no four-digit form (RFC 3339 §5.6). */
const latestSecond = 253_402_300_799;

const secondsOf = (text: string): number => (/^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : NaN);

/** The events of a post happened within few seconds of each other, so the last answer is mostly the next one. */
let last: { seconds: number; text: string } | undefined;

function writtenTime(seconds: number): string {
  if (last?.seconds !== seconds) last = { seconds, text: new Date(seconds * 1000).toISOString() };
  return last.text;
}

/** Unix seconds, as a number or a string of digits, as an RFC 3339 time; null for anything else. */
export function instantOf(value: unknown): string | null {
  const seconds = typeof value === 'number' ? value : secondsOf(textOf(value)?.trim() ?? '');
  return seconds > 0 && seconds <= latestSecond ? writtenTime(seconds) : null;
}
