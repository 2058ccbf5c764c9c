/** Later than any plausible date in seconds (year 5138), earlier than any recent one in milliseconds. */
const MILLISECONDS_FROM = 100_000_000_000;

/**
 * `timestamp` as it goes into the signed text.
 *
 * @throws TypeError when it is not a whole number of Unix seconds; milliseconds are told apart and named,
 * because every receiver would refuse what they sign.
 */
export function signingTime(timestamp: number): string {
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
    throw new TypeError(`timestamp must be whole Unix seconds, got ${String(timestamp)}`);
  }
  if (timestamp >= MILLISECONDS_FROM) {
    throw new TypeError(`timestamp must be Unix seconds, got ${timestamp}, which looks like milliseconds`);
  }
  return String(timestamp);
}
