/**
 * An RFC 3339 time without its milliseconds.
 * @param zone how UTC is written: `Z` (SendComms) or `+00:00` (EmailFlow)
 */
export const wholeSeconds = (time: string, zone: 'Z' | '+00:00'): string =>
  new Date(time).toISOString().replace(/\.\d{3}Z$/, zone);
