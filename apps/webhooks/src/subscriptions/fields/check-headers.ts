import type { FieldError } from '@qflow/contracts';

const maxHeaders = 20;
const maxNameLength = 100;
const maxValueLength = 1_000;

/** RFC 9110 §5.6.2, "token". */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 §5.5 as receivers agree on it: visible ASCII, blanks only between. No line break starts another header. */
const printable = /^[!-~](?:[\t -~]*[!-~])?$/;

/** What says how the message is framed, coded or carried (RFC 9110 §7.6.1, RFC 9112), and what is ours to say. */
const reserved = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
/** The families of the wire formats: a signature that is not ours must never look like one. */
const reservedPrefixes = ['x-qflow-', 'webhook-', 'x-sendcomms-', 'x-emailflow-'];

/** Headers of the account's own, sent with every request. */
export function checkHeaders(headers: Readonly<Record<string, string>>): FieldError[] {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    return [{ path: '/headers', message: 'must be an object of names and values' }];
  const entries: [string, unknown][] = Object.entries(headers);
  if (entries.length > maxHeaders)
    return [{ path: '/headers', message: `must not have more than ${maxHeaders} headers` }];
  const seen = new Set<string>();
  return entries.flatMap(([name, value]) => {
    const message = flawOfName(name, seen) ?? flawOfValue(value);
    return message ? [{ path: `/headers/${pointer(name)}`, message }] : [];
  });
}

function flawOfName(name: string, seen: Set<string>): string | undefined {
  const lower = name.toLowerCase();
  if (!token.test(name) || name.length > maxNameLength)
    return `is not a header name: use up to ${maxNameLength} letters, digits and hyphens`;
  if (reserved.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix)))
    return 'is a header that we set ourselves';
  if (seen.has(lower)) return 'is given twice: header names do not differ by upper and lower case';
  seen.add(lower);
  return undefined;
}

function flawOfValue(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a text';
  if (value.length > maxValueLength) return `must not be longer than ${maxValueLength} characters`;
  return printable.test(value)
    ? undefined
    : 'must be printable ASCII without line breaks, and must not begin or end with a blank';
}

/** RFC 6901 §3. */
const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
