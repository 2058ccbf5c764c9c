import { domainToASCII } from 'node:url';

/** RFC 5322 §3.2.3 "dot-atom", which leaves out quoted local parts: mail providers refuse those anyway. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Host names with a dot (RFC 1123 §2.1); the last label is no number, so an IP address is none. */
const hostName =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
/** What a name with letters of its own may consist of: `domainToASCII` also reads escapes and numbers. */
const anyLetters = /^[\p{L}\p{M}\p{N}.-]+$/u;

/**
 * An e-mail address in the form that mail servers and SendGrid take: domains with letters beyond ASCII in their
 * `xn--` form (RFC 5891). Before the `@` there is no such form, and nothing but ASCII.
 * @returns null where it is no address
 */
export function asciiAddress(address: string): string | null {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (at < 1 || !localPart.test(local)) return null;
  const host = hostName.test(domain) ? domain : anyLetters.test(domain) ? domainToASCII(domain) : '';
  return hostName.test(host) ? `${local}@${host}` : null;
}
