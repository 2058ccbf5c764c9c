import { domainToASCII } from 'node:url';

/** RFC 1035 §2.3.1 and RFC 1123 §2.1: labels of letters, digits and inner hyphens; the last one is no number. */
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const hostname = new RegExp(`^(?:${label}\\.)+(?=[a-z])${label}$`);
/**
 * Letters, marks and digits of any script, hyphens, and the dots of RFC 3490 §3.1. URL parsers take more: they leave
 * symbols as they are, which no registry has (RFC 5892), and take out or read as something else what is no name.
 */
const written = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u;
/** DNS allows 253 characters (RFC 1035 §2.3.4), and `s1._domainkey.` has to fit in front. */
const maxLength = 239;

/**
 * A domain name in the form in which DNS has it: lower case, international ones in Punycode (RFC 5891).
 * @returns null where it is none: an address, a URL, a single label, something else altogether
 */
export function domainName(text: string): string | null {
  if (!written.test(text)) return null;
  const ascii = domainToASCII(text);
  return ascii.length <= maxLength && hostname.test(ascii) ? ascii : null;
}

/** The domain of an e-mail address, in the same form. */
export function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return domainName(domain) ?? domain.toLowerCase();
}
