/** SendGrid's own limit for an address with its display name. */
export const LONGEST_ADDRESS = 320;

/**
 * The WHATWG rule for `<input type=email>`, with at least one dot in the domain, because SendGrid
 * refuses `user@localhost`.
 *
 * @see https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
 */
const ADDRESS =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether SendGrid would take this text as an e-mail address. */
export function isEmailAddress(value: string): boolean {
  return value.length <= LONGEST_ADDRESS && ADDRESS.test(value);
}
