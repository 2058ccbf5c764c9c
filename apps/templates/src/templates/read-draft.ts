import { toUSVString } from 'node:util';
import { CodedError, isId, type FieldError, type SaveTemplate } from '@qflow/contracts';
import { TEMPLATE_LIMITS } from '@qflow/rendering';
import { v7 as uuid } from 'uuid';
import type { TemplateDraft } from './template-content.js';

/** What is wrong with a value, as the rest of "fromName …"; null where nothing is. */
type Rule = (value: unknown) => string | null;

/** Bytes of the HTML as a JSON string: a whole template must fit in a NATS message (1 MiB by default). */
const maxHtmlBytes = 900_000;
const maxLine = 200;
/** RFC 5321 §4.5.3.1.3. */
const maxAddress = 254;
/** Enough to keep what is no address out of a header; whether mail arrives there only sending can tell. */
const address = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/;

const rules: Readonly<Record<Exclude<keyof SaveTemplate, 'accountId'>, Rule>> = {
  id: optional(guid),
  eventId: guid,
  name: line(maxLine),
  subject: line(TEMPLATE_LIMITS.subjectLength),
  html,
  fromAddress: email,
  fromName: optional(line(maxLine)),
  replyTo: optional(email),
};

/**
 * Checks the fields of a template one by one and mints an id where there is none. Empty optional fields are no
 * fields. Whether subject and HTML parse is not looked at.
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
    fromAddress,
    fromName: fromName || null,
    replyTo: replyTo || null,
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
  return address.test(value as string) ? null : 'must be an e-mail address such as ada@example.com';
}

function html(value: unknown): string | null {
  const flaw = text(value);
  if (flaw !== null) return flaw;
  const { htmlLength } = TEMPLATE_LIMITS;
  if ((value as string).length > htmlLength) return `must be at most ${htmlLength} characters long`;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > maxHtmlBytes ? `has ${bytes} bytes as JSON, at most ${maxHtmlBytes} are allowed` : null;
}
