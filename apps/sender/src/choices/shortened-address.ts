/**
 * An address for a page that anyone with the link can open: its owner recognises it, nobody else learns it.
 * `ada@example.com` → `a…@example.com`, and a name of one letter looks like any other.
 */
export function shortenedAddress(address: string): string {
  // The last one: a quoted name may have others (RFC 5321 §4.1.2).
  const at = address.lastIndexOf('@');
  const [first = ''] = address;
  return at > 0 ? `${first}…${address.slice(at)}` : `${first}…`;
}
