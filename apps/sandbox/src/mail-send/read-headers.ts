import { isObject } from '../api/is-object.js';
import type { Problems } from './problems.js';

/**
 * Headers that SendGrid sets itself and lets nobody set.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send `headers`
 */
const RESERVED = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
]);

/** Printable ASCII without the space and, as RFC 5322 §2.2 asks, without the colon. */
const NAME = /^[\x21-\x39\x3b-\x7e]+$/;

/** Reads a `headers` object, of the request or of one personalization. Absent means none. */
export function readHeaders(value: unknown, field: string, problems: Problems): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    problems.add(
      field,
      'The headers must be an object of key/value pairs, where the values are all strings.',
    );
    return {};
  }
  const seen = new Set<string>();
  for (const [name, text] of Object.entries(value)) {
    const complaint = complainOf(name, text, seen);
    if (complaint) problems.add(field, complaint);
    seen.add(name.toLowerCase());
  }
  return value as Record<string, string>;
}

function complainOf(name: string, text: unknown, seen: Set<string>): string | undefined {
  const key = name.toLowerCase();
  if (!NAME.test(name)) return 'Header keys cannot contain non-ASCII characters or empty spaces.';
  if (RESERVED.has(key)) return `Header cannot be one of the reserved keys. You provided [${name}].`;
  if (seen.has(key))
    return `The headers cannot contain duplicate keys. You provided [${name}] more than once.`;
  if (typeof text !== 'string') return 'The header values must be strings.';
  if (/[\r\n]/.test(text)) return `The header values cannot contain CRLF characters. Check [${name}].`;
  return undefined;
}
