/** A string of JSON text, which is passed over, or, as the group, a number (RFC 8259 §6, §7). */
const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"|(-?\d[\d.e+-]*)/gi;

/**
 * JSON text in which the numbers that JSON.parse would round (whole ones beyond 2^53) or lose (beyond 10^308) are
 * strings. What we do not know is to be kept as it came, and two ids that differ in their last digit are two ids.
 * @param text well-formed
 */
export const exactNumbers = (text: string): string =>
  text.replace(tokens, (token: string, number: string | undefined) =>
    number === undefined || survives(number) ? token : `"${number}"`,
  );

/** Levels that are looked through; whatever has more is taken to hold such a number, and its text is read. */
const levelsLookedAt = 64;

/** Whether a parsed value may hold a number that is not the one that was written. Almost never. */
export function mayBeInexact(value: unknown, levels = levelsLookedAt): boolean {
  if (typeof value === 'number') return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  // A post has thousands of fields, and most are strings: no call for those.
  for (const inner of Object.values(value))
    if (typeof inner !== 'string' && mayBeInexact(inner, levels - 1)) return true;
  return false;
}

const survives = (number: string): boolean =>
  /^-?\d+$/.test(number) ? Number.isSafeInteger(Number(number)) : Number.isFinite(Number(number));
