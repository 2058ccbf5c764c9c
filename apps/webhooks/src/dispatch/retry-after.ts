/** What asks for more than this is a mistake, ms. */
const longestRetryAfterMs = 366 * 24 * 60 * 60 * 1_000;

/**
 * `Retry-After` as whole seconds or as a date in the one form that may be sent (RFC 9110 §10.2.3, §5.6.7), in ms from
 * now; 0 where it is absent, over, or anything else.
 */
export function parseRetryAfterMs(header: string | string[] | undefined, now = Date.now()): number {
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  const ms = /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : httpDate(text) - now;
  return ms > 0 && ms <= longestRetryAfterMs ? ms : 0;
}

/** NaN unless the text is exactly what the date looks like: `Date.parse` takes a lot more, and means other things by it. */
function httpDate(text: string): number {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toUTCString() === text ? time : NaN;
}
