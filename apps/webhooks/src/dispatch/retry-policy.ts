import type { FormatName, RetryRules } from '@qflow/contracts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How a subscription's deliveries are repeated and given up. */
export interface RetryPolicy {
  /** Waits between the attempts, ms: so many retries follow the first attempt. */
  delaysMs: readonly number[];
  /** For the whole exchange, ms. */
  timeoutMs: number;
  /** Deliveries in a row that failed for good after which the subscription is disabled; null never disables it. */
  disableAfter: number | null;
  /** Whether an attempt that ended with this status (null: no answer at all) is worth repeating. */
  isRetryable: (status: number | null) => boolean;
}

/** Answers after which the same request may well succeed later; any other 4xx will be answered the same again. */
const passingStatuses = new Set([408, 425, 429]);
const gone = 410;

const unlessRefused = (status: number | null): boolean =>
  status === null || status >= 500 || status < 400 || passingStatuses.has(status);
const always = (status: number | null): boolean => status !== gone;

/**
 * Ten attempts in all over about 24 hours (webhooks page: "we retry with exponential backoff up to ~10 attempts").
 */
const exponentialMs = [
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

const policies: Record<FormatName, RetryPolicy> = {
  // "Treating delivery as guaranteed" is a mistake there, and so is a webhook that switches itself off: it never does.
  qflow: { delaysMs: exponentialMs, timeoutMs: 15 * second, disableAfter: null, isRetryable: unlessRefused },
  // Standard Webhooks 1.0.0, "Deliverability and reliability": the schedule of its reference.
  standard: {
    delaysMs: [
      5 * second,
      5 * minute,
      30 * minute,
      2 * hour,
      5 * hour,
      10 * hour,
      14 * hour,
      20 * hour,
      24 * hour,
    ],
    timeoutMs: 15 * second,
    disableAfter: 20,
    isRetryable: always,
  },
  // SendComms, "Best Practices": 5 seconds to answer, "We may retry failed deliveries".
  sendcomms: {
    delaysMs: exponentialMs,
    timeoutMs: 5 * second,
    disableAfter: null,
    isRetryable: unlessRefused,
  },
  // EmailFlow, "Retries and auto-disable": anything but 2xx, three retries, 20 failed deliveries disable.
  emailflow: {
    delaysMs: [30 * second, 5 * minute, 30 * minute],
    timeoutMs: 15 * second,
    disableAfter: 20,
    isRetryable: always,
  },
};

/** The rules in force: the format's own, where the subscription has none for it. */
export function policyOf(format: FormatName, rules: RetryRules): RetryPolicy {
  const own = policies[format];
  return {
    delaysMs: rules.delaysSeconds?.map((seconds) => seconds * second) ?? own.delaysMs,
    timeoutMs: rules.timeoutSeconds ? rules.timeoutSeconds * second : own.timeoutMs,
    disableAfter: rules.disableAfter === undefined ? own.disableAfter : rules.disableAfter,
    isRetryable: own.isRetryable,
  };
}

/** The share of a wait by which it may be longer or shorter, so that what failed together does not come back together. */
const jitter = 0.1;

/**
 * When to try again, ms from now.
 * @param attempt the attempt that failed, from 1
 * @param retryAfterMs what the receiver asked for, honoured up to the longest wait of the schedule
 * @param random in [0, 1)
 */
export function retryDelayMs(
  { delaysMs }: RetryPolicy,
  attempt: number,
  retryAfterMs = 0,
  random = Math.random(),
): number {
  const longest = Math.max(...delaysMs, 0);
  const scheduled = (delaysMs[attempt - 1] ?? longest) * (1 - jitter + 2 * jitter * random);
  return Math.round(Math.max(scheduled, Math.min(retryAfterMs, longest)));
}

/** An endpoint that is back an hour after the schedule's end still gets what waited for it. */
const graceMs = hour;

/** How long after its beginning a delivery is given up, whether or not its endpoint was asked so often: ms. */
export const scheduleMs = ({ delaysMs }: RetryPolicy): number =>
  Math.round(delaysMs.reduce((sum, delay) => sum + delay, 0) * (1 + jitter)) + graceMs;
