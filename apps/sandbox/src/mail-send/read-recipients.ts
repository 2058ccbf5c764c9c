import type { EmailAddress } from './mail-request.js';
import type { Problems } from './problems.js';
import { readAddress, recipientWording } from './read-address.js';

/** Reads the `to` of a personalization, which must name somebody. */
export function readTo(
  personalization: Record<string, unknown>,
  field: string,
  problems: Problems,
): EmailAddress[] {
  const value = personalization['to'];
  const given = value !== undefined && value !== null;
  if (given && !Array.isArray(value)) {
    problems.addType(`${field}.to`, 'array', value);
    return [];
  }
  if (!given || value.length === 0) {
    problems.add(
      `${field}.to`,
      'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
    );
    return [];
  }
  return readList(value, `${field}.to`, 'To', problems);
}

/** Reads the `cc` or `bcc` of a personalization. Absent means nobody; an empty list is refused, as SendGrid does. */
export function readCopies(
  personalization: Record<string, unknown>,
  kind: 'cc' | 'bcc',
  field: string,
  problems: Problems,
): EmailAddress[] {
  const value = personalization[kind];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problems.addType(`${field}.${kind}`, 'array', value);
    return [];
  }
  if (value.length === 0) {
    problems.add(
      `${field}.${kind}`,
      `The ${kind} array, when used, must at least have an email parameter with a valid email address and it may also contain a name parameter. e.g. {"email": "example@example.com"} or {"email": "example@example.com", "name": "Example Recipient"}`,
    );
    return [];
  }
  return readList(value, `${field}.${kind}`, kind.toUpperCase(), problems);
}

function readList(list: unknown[], field: string, kind: string, problems: Problems): EmailAddress[] {
  const wording = recipientWording(kind);
  return list.flatMap((entry, index) => readAddress(entry, `${field}.${index}`, wording, problems) ?? []);
}
