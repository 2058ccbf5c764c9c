import type { IncomingHttpHeaders } from 'node:http';

/** Where SendGrid does not say how long. */
export const defaultPauseMs = 10_000;
/** A limit that has reset already, by its clock: not at once, for a whole crowd would come back together. */
const shortestPauseMs = 1_000;
const longestPauseMs = 10 * 60_000;
/** Anything below is no time of the last two decades but a number of seconds from now, as other gateways send it. */
const firstUnixTime = 1_000_000_000;

/**
 * How long an answer asks us to wait, ms: until `X-RateLimit-Reset` (SendGrid, "Rate Limits": unix time) or for its
 * `Retry-After` (RFC 9110 §10.2.3: seconds, or a date), whichever is later.
 * @param now unix ms; the answer's own `Date` is believed before it, as the times in it are by the same clock
 * @returns between 1 s and 10 min; undefined where the answer does not say, or nothing that makes sense
 */
export function pauseOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const theirs = Date.parse(headers.date ?? '');
  const since = Number.isNaN(theirs) ? now : theirs;
  const pauses = [
    untilReset(first(headers['x-ratelimit-reset']), since),
    retryAfter(headers['retry-after'], since),
  ];
  const said = pauses.filter((pause) => pause !== undefined);
  if (said.length === 0) return undefined;
  return Math.min(Math.max(...said, shortestPauseMs), longestPauseMs);
}

function untilReset(reset: string | undefined, since: number): number | undefined {
  if (!reset || !/^\d+(\.\d+)?$/.test(reset.trim())) return undefined;
  const seconds = Number(reset);
  return seconds < firstUnixTime ? seconds * 1000 : seconds * 1000 - since;
}

function retryAfter(value: string | undefined, since: number): number | undefined {
  if (!value) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at - since;
}

const first = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
