const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/**
 * Waits between the attempts of the `qflow` format: exponential, ten attempts in all over about 24 hours (webhooks
 * page, "we retry with exponential backoff up to ~10 attempts").
 */
export const qflowRetryDelaysMs: readonly number[] = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  3 * hour,
  7 * hour,
  12 * hour,
];

export const qflowMaxAttempts = qflowRetryDelaysMs.length + 1;

/** Answers after which the same request may well succeed later; any other 4xx will be answered the same again. */
const passingStatuses = new Set([408, 425, 429]);

/** Whether an attempt that ended with this status (null: no answer at all) is worth repeating. */
export const isRetryable = (status: number | null): boolean =>
  status === null || status >= 500 || status < 400 || passingStatuses.has(status);

/**
 * When to try again, ms from now.
 * @param attempt the attempt that failed, from 1
 * @param retryAfterMs what the receiver asked for, honoured up to the longest wait of the schedule
 * @param random in [0, 1): ±10 % of jitter keeps deliveries that failed together from coming back together
 */
export function retryDelayMs(attempt: number, retryAfterMs = 0, random = Math.random()): number {
  const longest = qflowRetryDelaysMs.at(-1) as number;
  const scheduled = (qflowRetryDelaysMs[attempt - 1] ?? longest) * (0.9 + 0.2 * random);
  return Math.round(Math.max(scheduled, Math.min(retryAfterMs, longest)));
}

/** `Retry-After` as seconds or as a date (RFC 9110 §10.2.3); 0 where it is absent or nonsense. */
export function parseRetryAfterMs(header: string | string[] | undefined, now = Date.now()): number {
  const text = Array.isArray(header) ? header[0] : header;
  if (!text) return 0;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * second : Date.parse(text) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
