import { isObject } from '../api/is-object.js';
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
  if (!Array.isArray(value) || value.length === 0) {
    problems.add(
      `${field}.to`,
      'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
    );
    return [];
  }
  return readList(value, `${field}.to`, problems);
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
  if (!Array.isArray(value) || value.length === 0) {
    problems.add(
      `${field}.${kind}`,
      `The ${kind} array, when used, must at least have an email parameter with a valid email address and it may also contain a name parameter.`,
    );
    return [];
  }
  return readList(value, `${field}.${kind}`, problems);
}

function readList(list: unknown[], field: string, problems: Problems): EmailAddress[] {
  return list.flatMap((entry, index) => {
    // `"to": ["someone@example.com"]` is the common slip; the wording for a missing address says what is wanted.
    const value = isObject(entry) ? entry : undefined;
    return readAddress(value, `${field}.${index}`, recipientWording, problems) ?? [];
  });
}
