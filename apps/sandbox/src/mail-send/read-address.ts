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

export const fromWording: AddressWording = {
  missing: `The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter. ${EXAMPLE}`,
  invalid: 'The from email does not contain a valid address.',
  tooLong: `The From email exceeds the maximum total length of ${LONGEST_ADDRESS} characters.`,
};

export const replyToWording: AddressWording = {
  missing: `The reply_to object, when used, must at least have an email parameter with a valid email address and it may also contain a name parameter. ${EXAMPLE}`,
  invalid: 'The reply_to email does not contain a valid address.',
  tooLong: `The Reply-To email exceeds the maximum total length of ${LONGEST_ADDRESS} characters.`,
};

export const recipientWording: AddressWording = {
  missing: `Each recipient object must at least have an email address and may also contain a name. ${EXAMPLE}`,
  invalid: 'Does not contain a valid address.',
  tooLong: `The email exceeds the maximum total length of ${LONGEST_ADDRESS} characters.`,
};

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
  if (!isObject(value) || typeof value['email'] !== 'string') {
    problems.add(`${field}.email`, wording.missing);
    return undefined;
  }
  const { email, name } = value;
  if (email.length > LONGEST_ADDRESS) {
    problems.add(`${field}.email`, wording.tooLong);
    return undefined;
  }
  if (!isEmailAddress(email)) {
    problems.add(`${field}.email`, wording.invalid);
    return undefined;
  }
  if (name === undefined || name === null) return { email };
  if (typeof name !== 'string' || /[\r\n]/.test(name)) {
    problems.add(`${field}.name`, 'The name must be a string without line breaks.');
    return undefined;
  }
  return { email, name };
}
