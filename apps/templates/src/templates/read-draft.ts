import { toUSVString } from 'node:util';
import { CodedError, isId, type FieldError, type SaveTemplate } from '@qflow/contracts';
import { TEMPLATE_LIMITS } from '@qflow/rendering';
import { v7 as uuid } from 'uuid';
import { asciiAddress } from './ascii-address.js';
import type { TemplateDraft } from './template-content.js';

/** What is wrong with a value, as the rest of "fromName …"; null where nothing is. */
type Rule = (value: unknown) => string | null;

/** Bytes of the HTML as a JSON string: a whole template must fit in a NATS message (1 MiB by default). */
const maxHtmlBytes = 900_000;
const maxLine = 200;
/** RFC 5321 §4.5.3.1.3. */
const maxAddress = 254;

const rules: Readonly<Record<Exclude<keyof SaveTemplate, 'accountId'>, Rule>> = {
  id: optional(guid),
  eventId: guid,
  name: line(maxLine),
  subject: line(TEMPLATE_LIMITS.subjectLength),
  html,
  fromAddress: email,
  fromName: optional(displayName),
  replyTo: optional(email),
};

/**
 * Checks the fields of a template one by one and mints an id where there is none. Empty optional fields are no
 * fields; addresses come out as {@link asciiAddress} writes them. Whether subject and HTML parse is not looked at.
 * @throws CodedError `validation_error` with every field that is wrong
 */
export function readDraft(request: SaveTemplate): TemplateDraft {
  const errors: FieldError[] = [];
  for (const [field, rule] of Object.entries(rules)) {
    const message = rule(request[field as keyof SaveTemplate]);
    if (message !== null) errors.push({ path: `/${field}`, message });
  }
  if (!isId(request.accountId)) errors.push({ path: '/accountId', message: 'must be a lower-case GUID' });
  if (errors.length > 0) throw invalidTemplate(errors);
  const { accountId, id, eventId, name, subject, html, fromAddress, fromName, replyTo } = request;
  return {
    accountId,
    id: id || uuid(),
    eventId,
    name,
    subject,
    html,
    fromAddress: asciiAddress(fromAddress) as string,
    fromName: fromName || null,
    replyTo: replyTo ? asciiAddress(replyTo) : null,
  };
}

/** A 400 for several fields. */
export const invalidTemplate = (errors: FieldError[]): CodedError =>
  new CodedError('validation_error', errors.map(({ path, message }) => `${path} ${message}`).join('; '), {
    errors,
  });

function optional(rule: Rule): Rule {
  return (value) => (value === undefined || value === null || value === '' ? null : rule(value));
}

function guid(value: unknown): string | null {
  return isId(value) ? null : 'must be a lower-case GUID';
}

/** Text that PostgreSQL can store and UTF-8 can carry. */
function text(value: unknown): string | null {
  if (typeof value !== 'string') return value === undefined ? 'is required' : 'must be a string';
  if (value.trim() === '') return 'must not be empty';
  if (value.includes('\0')) return 'must not contain NUL characters';
  return toUSVString(value) === value ? null : 'must be valid Unicode, without lone surrogates';
}

/** Text that ends up in a header, where a line break would begin another one (RFC 5322 §2.2). */
function line(maxLength: number): Rule {
  return (value) => {
    const flaw = text(value);
    if (flaw !== null) return flaw;
    if (/[\r\n]/.test(value as string)) return 'must not contain line breaks';
    return (value as string).length > maxLength ? `must be at most ${maxLength} characters long` : null;
  };
}

function email(value: unknown): string | null {
  const flaw = line(maxAddress)(value);
  if (flaw !== null) return flaw;
  const ascii = asciiAddress(value as string);
  if (ascii === null) return 'must be an e-mail address such as ada@example.com';
  return ascii.length > maxAddress ? `must be at most ${maxAddress} characters long in its ASCII form` : null;
}

/** The one text of a template that reaches a header without going through the renderer, which cleans the subject. */
function displayName(value: unknown): string | null {
  const flaw = line(maxLine)(value);
  if (flaw !== null) return flaw;
  return /[\p{Cc}\u2028\u2029]/u.test(value as string) ? 'must not contain control characters' : null;
}

function html(value: unknown): string | null {
  const flaw = text(value);
  if (flaw !== null) return flaw;
  const { htmlLength } = TEMPLATE_LIMITS;
  if ((value as string).length > htmlLength) return `must be at most ${htmlLength} characters long`;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > maxHtmlBytes ? `has ${bytes} bytes as JSON, at most ${maxHtmlBytes} are allowed` : null;
}
