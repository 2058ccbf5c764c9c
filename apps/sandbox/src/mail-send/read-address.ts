import { isEmailAddress, LONGEST_ADDRESS } from './email-address.js';
import { isObject } from '../api/is-object.js';
import type { EmailAddress } from './mail-request.js';
import type { Problems } from './problems.js';

/** How one place of the request words its complaints about an address. */
export interface AddressWording {
  missing: string;
  invalid: string;
  tooLong: string;
}

const EXAMPLE =
  'e.g. {"email": "example@example.com"} or {"email": "example@example.com", "name": "Example Recipient"}.';
const tooLong = (name: string): string =>
  `The ${name} email exceeds the maximum total length of ${LONGEST_ADDRESS} characters`;

export const fromWording: AddressWording = {
  missing: `The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter. ${EXAMPLE}`,
  invalid: 'The from email does not contain a valid address.',
  tooLong: tooLong('From'),
};

export const replyToWording: AddressWording = {
  missing: `The reply_to object, when used, must at least have an email parameter with a valid email address and it may also contain a name parameter. ${EXAMPLE}`,
  invalid: 'The reply_to email does not contain a valid address.',
  tooLong: tooLong('Reply-To'),
};

/** @param kind as in the messages: `To`, `CC` or `BCC` */
export const recipientWording = (kind: string): AddressWording => ({
  missing: `Each recipient object must at least have an email address and may also contain a name. ${EXAMPLE}`,
  invalid: 'Does not contain a valid address.',
  tooLong: tooLong(kind),
});

/**
 * Reads `{email, name?}`.
 *
 * @returns the address, or undefined after noting what is wrong with it
 */
export function readAddress(
  value: unknown,
  field: string,
  wording: AddressWording,
  problems: Problems,
): EmailAddress | undefined {
  const given = value !== undefined && value !== null;
  if (given && !isObject(value)) {
    problems.addType(field, 'object', value);
    return undefined;
  }
  const { email, name } = given ? value : {};
  if (typeof email !== 'string') {
    problems.add(`${field}.email`, wording.missing);
  } else if (email.length > LONGEST_ADDRESS) {
    problems.add(`${field}.email`, wording.tooLong);
  } else if (!isEmailAddress(email)) {
    problems.add(`${field}.email`, wording.invalid);
  } else if (name === undefined || name === null) {
    return { email };
  } else if (typeof name !== 'string') {
    problems.addType(`${field}.name`, 'string', name);
  } else if (/[\r\n]/.test(name)) {
    problems.add(`${field}.name`, 'The name cannot contain CRLF characters.');
  } else {
    return { email, name };
  }
  return undefined;
}
