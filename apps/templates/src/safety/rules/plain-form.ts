import { isWeb } from '../urls/checked-url.js';
import type { Rule } from './rule.js';

/** Scheme, slashes, user, host and port. */
const HEAD = /^[\t\n\ra-z0-9+.:-]*[\t\n\r/\\]*[^/?#\\]*/i;

/** A URL is written in the one way that all programs read alike. */
export const plainForm: Rule = (checked) => {
  const { url, written, form } = checked;
  if (url === null) return 'it is not a valid URL';
  if (/^[/\\]{2}/.test(written))
    return 'it has no scheme, and mail programs take it for a file on a network; begin it with https://';
  if (!isWeb(checked) || form !== 'absolute') return null;
  if (/[\t\n\r]/.test(HEAD.exec(written)?.[0] ?? ''))
    return 'there are tabs or line breaks in its scheme or host';
  if (!/^https?:\/\/[^/\\]/i.test(written))
    return 'exactly two slashes must stand between scheme and host, as in https://www.example.com';
  if (written.split(/[?#]/, 1)[0]?.includes('\\'))
    return 'it holds a backslash, which some programs take for a slash and others do not';
  return null;
};
