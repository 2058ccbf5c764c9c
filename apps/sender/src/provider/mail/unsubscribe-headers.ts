/**
 * The headers with which a mail program unsubscribes its user with one click (RFC 8058 §3.1). It has to find exactly
 * one HTTPS URI there; `http:` is taken too, so that a platform on somebody's own machine shows the same e-mail.
 * Both headers have to be covered by the DKIM signature (§4), which is whoever delivers the e-mail that makes.
 * @throws Error where it is no such URL
 */
export function unsubscribeHeaders(url: string): Record<string, string> {
  if (!URL.canParse(url)) throw new Error('unsubscribeUrl is not a URL');
  // Written anew: no line break, space or angle bracket of the original can end the header or the URL in it.
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('unsubscribeUrl is not an http(s) URL');
  return { 'List-Unsubscribe': `<${href}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
