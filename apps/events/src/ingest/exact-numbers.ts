/** Whether there is anything to look at: a number of very many digits, or one with an exponent. */
const suspicious = /[[:,]\s*-?(?:\d{16}|[\d.]+e)/i;

/** A string of JSON text, which is passed over, or, as the group, a number (RFC 8259 §6, §7). */
const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"|(-?\d[\d.e+-]*)/gi;

/**
 * JSON text in which the numbers that JSON.parse would round (whole ones beyond 2^53) or lose (beyond 10^308) are
 * strings. What we do not know is to be kept as it came, and two ids that differ in their last digit are two ids.
 * @param text well-formed
 */
export const exactNumbers = (text: string): string =>
  suspicious.test(text)
    ? text.replace(tokens, (token: string, number: string | undefined) =>
        number === undefined || survives(number) ? token : `"${number}"`,
      )
    : text;

const survives = (number: string): boolean =>
  /^-?\d+$/.test(number) ? Number.isSafeInteger(Number(number)) : Number.isFinite(Number(number));
