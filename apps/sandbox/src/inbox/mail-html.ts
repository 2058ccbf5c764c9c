/**
 * What a mail's HTML may do in a browser: look like itself, and open links in a new tab. No scripts, no
 * forms, and an origin of its own, whoever wrote it and however it is opened.
 */
export const MAIL_POLICY = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  'img-src http: https: data:',
  "style-src 'unsafe-inline' http: https:",
  'font-src http: https: data:',
  "frame-ancestors 'self'",
].join('; ');

const HEAD = /<head(?:\s[^>]*)?>/i;
const NEW_TAB = '<base target="_blank">';

/**
 * The HTML of a mail as it was sent, or, for the frame of the message page, with its links opening in a new
 * tab instead of in the frame.
 */
export function mailHtml(html: string, inFrame: boolean): string {
  if (!inFrame) return html;
  return HEAD.test(html) ? html.replace(HEAD, (head) => head + NEW_TAB) : NEW_TAB + html;
}
