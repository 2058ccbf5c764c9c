import type { Problems } from './problems.js';

/** Reads a `subject`, of the request or of one personalization. Absent is for the caller to judge. */
export function readSubject(value: unknown, field: string, problems: Problems): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value === '') {
    problems.add(field, 'The subject of your email must be a string at least one character in length.');
    return undefined;
  }
  if (/[\r\n]/.test(value)) {
    problems.add(field, 'The subject of your email cannot contain CRLF characters.');
    return undefined;
  }
  return value;
}
