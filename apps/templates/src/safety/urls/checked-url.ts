import type { Unknown, Unknowns } from '../liquid/unknowns.js';
import type { FoundUrl, Place } from '../markup/found-url.js';
import { shownHosts } from './text-urls.js';

/** A URL of a template as the rules look at it: read as browsers read it, with tokens replaced by neutral words. */
export interface CheckedUrl {
  /** As it stands in the template. */
  readonly shown: string;
  readonly place: Place;
  /** Hosts that the text of the link shows. */
  readonly shows: readonly string[];
  /** As it was found, but for blanks around it. */
  readonly written: string;
  /** Null where browsers take it for no URL at all. */
  readonly url: URL | null;
  /**
   * `bare`: a host without a scheme, `www.example.com/tickets`, which is relative to browsers while mail programs help
   * out with a scheme. `//host` is absolute: it leads to a host.
   */
  readonly form: 'absolute' | 'bare' | 'relative';
  /** Relative to nothing, as the template has no `<base>`: it leads nowhere. */
  readonly isLost: boolean;
  /** Leads to this platform: `{{barcode_qr}}`, `{{rsvplink_yes}}`, `{{rsvplink_no}}`, `{{unsubscribe_link}}`. */
  readonly isPlatform: boolean;
  /** What decides scheme or host, and is not known before an e-mail is sent; null where the template says them. */
  readonly decidedBy: Unknown | null;
}

/** Stands in for the addresses of the platform; "invalid" is nobody's (RFC 2606). */
const PLATFORM = new URL('https://platform.invalid/link');
/** What relative URLs are relative to where a template has no `<base>`. */
const NOWHERE = new URL('https://relative.invalid/');
/**
 * What a guest could write into a field to change where a URL leads. One that leads to the same host with each of
 * them has its host from the template alone; so nobody here has to know where in a URL a host may be.
 */
const ATTEMPTS = ['', 'a', '.a', '@a', ':1', '/a', '/a.b/', 'https://a.b/'];

/** @param base the `<base href>` of the template, if it has one */
export function readUrl(
  { url: found, place, shows }: FoundUrl,
  unknowns: Unknowns,
  base: string,
): CheckedUrl {
  const filled = fill(found, unknowns, 'token');
  const form = formOf(filled, place);
  const read = (text: string): URL | null =>
    parse(form === 'bare' ? `https://${stripped(text)}` : text, base);
  const url = read(filled);
  return {
    shown: unknowns.show(found).trim(),
    place,
    shows,
    written: trimmed(filled),
    url,
    form,
    isLost: form === 'relative' && url?.origin === NOWHERE.origin,
    isPlatform: url?.origin === PLATFORM.origin,
    decidedBy: decidedBy(found, unknowns, read),
  };
}

/** Tabs and line breaks count for nothing in a URL, nor do blanks and control characters around it (WHATWG URL). */
const stripped = (text: string): string => trimmed(text).replace(/[\t\n\r]/g, '');

function trimmed(text: string): string {
  let begin = 0;
  let end = text.length;
  while (begin < end && text.charCodeAt(begin) <= 0x20) begin++;
  while (end > begin && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(begin, end);
}

function formOf(text: string, place: Place): CheckedUrl['form'] {
  const start = stripped(text);
  if (/^(?:[a-z][a-z0-9+.-]*:|[/\\]{2})/i.test(start)) return 'absolute';
  // In a text, mail programs take for a URL what looks like a host; elsewhere it may be a page.
  if (place === 'text') return 'bare';
  const host = start.split(/[/?#\\]/, 1)[0] ?? '';
  return shownHosts(host).includes(host.toLowerCase()) ? 'bare' : 'relative';
}

const fill = (found: string, unknowns: Unknowns, by: string): string =>
  unknowns.replace(found, ({ kind }) => (kind === 'platform' ? PLATFORM.href : by));

function parse(text: string, base: string): URL | null {
  const absolute = URL.canParse(base, NOWHERE.href) ? new URL(base, NOWHERE) : NOWHERE;
  if (URL.canParse(text, absolute.href)) return new URL(text, absolute);
  // Nothing is relative to a base such as "data:".
  return URL.canParse(text, NOWHERE.href) ? new URL(text, NOWHERE) : null;
}

function decidedBy(found: string, unknowns: Unknowns, read: (text: string) => URL | null): Unknown | null {
  const [first] = unknowns.in(found).filter(({ kind }) => kind !== 'platform');
  if (!first) return null;
  const targets = new Set(ATTEMPTS.map((attempt) => targetOf(read(fill(found, unknowns, attempt)))));
  return targets.size > 1 ? first : null;
}

/** Scheme, user and host: what must not depend on a guest. */
const targetOf = (url: URL | null): string =>
  url ? `${url.protocol}//${url.username}:${url.password}@${url.host}` : '';

/** Whether it is a page of the web, with a host. */
export const isWeb = ({ url }: CheckedUrl): boolean =>
  url?.protocol === 'https:' || url?.protocol === 'http:';

/** User, password, host and port as the template writes them. */
export function authorityOf({ written, form }: CheckedUrl): string {
  if (form === 'relative') return '';
  const rest = written.replace(/[\t\n\r]/g, '').replace(/^(?:[a-z][a-z0-9+.-]*:)?[/\\]*/i, '');
  return rest.split(/[/?#\\]/, 1)[0] ?? '';
}

/** The host without the dot that may stand at its end. */
export const hostOf = ({ url }: CheckedUrl): string => (url?.hostname ?? '').replace(/\.$/, '');
