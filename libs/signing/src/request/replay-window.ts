/** How far `t` may be from the receiver's clock, either way: five minutes (Qflow webhooks page, "Replay window"). */
export const DEFAULT_TOLERANCE_SECONDS = 300;

/** Enough digits for any date, few enough that the number is exact. */
const MAX_TIMESTAMP_DIGITS = 15;

/** The receiver's clock and patience; the same for every timestamped format. */
export interface ReplayWindow {
  /** The receiver's clock, Unix seconds. Default: the system clock. */
  readonly now?: number | undefined;
  /** Largest accepted distance between `now` and the signed timestamp, seconds. Default 300. */
  readonly toleranceSeconds?: number | undefined;
}

/** The system clock as whole Unix seconds. */
export const unixNow = (): number => Math.floor(Date.now() / 1000);

/** Whether `timestamp` (Unix seconds) is inside the window. A NaN anywhere is outside. */
export function isFresh(timestamp: number, window: ReplayWindow): boolean {
  const now = window.now ?? unixNow();
  return Math.abs(now - timestamp) <= (window.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS);
}

/**
 * Unix seconds from their decimal form, or `undefined` for anything else. Stricter than `Number()` on
 * purpose: `1e9`, `0x5f`, `+5`, ` 5` and `5.0` are not timestamps that a signer writes.
 */
export function parseUnixSeconds(text: string): number | undefined {
  if (text.length === 0 || text.length > MAX_TIMESTAMP_DIGITS) return undefined;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return undefined;
  }
  return Number(text);
}
