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

/** What SendGrid says of headers; not the same for those of the request and those of a personalization. */
export interface HeadersWording {
  name: string;
  reserved: string;
  value: string;
}

export const globalHeadersWording: HeadersWording = {
  name: 'Header keys cannot contain non-ASCII characters and empty spaces.',
  reserved: 'Header can not be one of the reserved keys.',
  value: 'The header values must be strings.',
};

export const personalHeadersWording: HeadersWording = {
  name: 'Header keys cannot contain non-ASCII characters or empty spaces.',
  reserved: 'Header cannot be one of the reserved keys.',
  value: 'All values of the headers object must be strings.',
};

/** Reads a `headers` object, of the request or of one personalization. Absent means none. */
export function readHeaders(
  value: unknown,
  field: string,
  wording: HeadersWording,
  problems: Problems,
): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    problems.addType(field, 'object', value);
    return {};
  }
  const seen = new Set<string>();
  for (const [name, text] of Object.entries(value)) {
    const complaint = complainOf(name, text, seen, wording);
    if (complaint) problems.add(field, complaint);
    seen.add(name.toLowerCase());
  }
  return value as Record<string, string>;
}

function complainOf(
  name: string,
  text: unknown,
  seen: Set<string>,
  wording: HeadersWording,
): string | undefined {
  const key = name.toLowerCase();
  if (!NAME.test(name)) return wording.name;
  if (RESERVED.has(key)) return wording.reserved;
  if (seen.has(key)) return 'The headers cannot contain duplicate keys.';
  if (typeof text !== 'string') return wording.value;
  if (/[\r\n]/.test(text)) return 'The header values cannot contain CRLF characters.';
  return undefined;
}
