import { isObject, isStringMap } from '../api/is-object.js';
import type { Problems } from './problems.js';

/** Of the request's and the personalization's arguments together, as JSON. */
const MOST_BYTES = 10_000;

/** Reads a `custom_args` object, of the request or of one personalization. Absent means none. */
export function readCustomArgs(value: unknown, field: string, problems: Problems): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (isStringMap(value)) return value;
  if (isObject(value)) problems.add(field, 'All values of custom arguments object must be strings');
  else problems.addType(field, 'object', value);
  return {};
}

/**
 * Notes a problem when the arguments that one recipient's events would carry are over SendGrid's limit.
 *
 * @param args the request's and the personalization's together
 */
export function checkCustomArgsSize(args: Record<string, string>, field: string, problems: Problems): void {
  if (Buffer.byteLength(JSON.stringify(args)) <= MOST_BYTES) return;
  problems.add(
    field,
    'The combined size of both global and personalization custom arguments may not exceed 10,000 bytes per personalization.',
  );
}
