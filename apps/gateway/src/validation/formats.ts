import { domainToASCII } from 'node:url';
import { fullFormats } from 'ajv-formats/dist/formats.js';

/** A format a text may have to follow: how to tell, and how to say it to whoever got it wrong. */
export interface TextFormat {
  readonly message: string;
  readonly test: (text: string) => boolean;
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const localDateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;
const email = fullFormats.email as RegExp;

/** Letters, marks, digits, dots and hyphens: `domainToASCII` would also read escapes. */
const anyDomain = /^[\p{L}\p{M}\p{N}.-]+$/u;

/** In any letter case; ids are lower-cased once they are known to be ids. */
export const isGuid = (text: string): boolean => guid.test(text);

/** The years that both JavaScript and PostgreSQL write with four digits. */
const hasPlainYear = (date: Date): boolean => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999;

/** 30 February has the right shape and does not exist: only what survives the round trip does. */
function isLocalDateTime(text: string): boolean {
  if (!localDateTime.test(text)) return false;
  const date = new Date(`${text}Z`);
  return !Number.isNaN(date.getTime()) && hasPlainYear(date) && date.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  // RFC 3339 §5.6: T and Z may be in lower case.
  if (!rfc3339.test(text) || !isLocalDateTime(text.slice(0, 19).toUpperCase())) return false;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && hasPlainYear(date);
}

/** Intl also takes offsets such as +01:00, which are no zone names and know no daylight saving. */
function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

/** RFC 5891: a domain with letters of its own is an address where its `xn--` form is one. */
function isAnyDomainEmail(text: string): boolean {
  const at = text.lastIndexOf('@') + 1;
  const domain = text.slice(at);
  return email.test(anyDomain.test(domain) ? text.slice(0, at) + domainToASCII(domain) : text);
}

/** Formats by the name under which the OpenAPI document shows them. */
export const formats: Readonly<Record<string, TextFormat>> = {
  uuid: { message: 'must be a GUID such as 0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41', test: isGuid },
  email: { message: 'must be an e-mail address such as ada@example.com', test: (text) => email.test(text) },
  'idn-email': {
    message: 'must be an e-mail address such as ada@example.com',
    test: isAnyDomainEmail,
  },
  'date-time': {
    message: 'must be a date and time with offset such as 2026-06-21T18:00:00Z',
    test: isDateTime,
  },
  'local-date-time': {
    message: 'must be an existing date and time without offset such as 2026-06-21T19:30',
    test: isLocalDateTime,
  },
  'iana-time-zone': { message: 'must be an IANA time zone such as Europe/London', test: isTimeZone },
  uri: { message: 'must be an http or https URL without user name and password', test: isHttpUrl },
};
