import type { HtmlContext } from './html-context.js';
import { EACH_MARK, isMark, OPEN } from './marks.js';

const URL_ATTRIBUTES: ReadonlySet<string> = new Set([
  'action',
  'background',
  'cite',
  'classid',
  'codebase',
  'data',
  'dynsrc',
  'formaction',
  'href',
  'longdesc',
  'lowsrc',
  'manifest',
  'poster',
  'src',
  'usemap',
  'xlink:href',
]);

/** Attributes that hold several addresses. */
const LIST_ATTRIBUTES: ReadonlySet<string> = new Set(['imagesrcset', 'ping', 'srcset']);

/** `<meta http-equiv="refresh" content="0;url=…">`: all that follows is the address. */
const REFRESH = /^[\s\d.,;]*url\s*=\s*['"]?/i;

type ReadAs = HtmlContext['readAs'];

/** The part of a URL in which each mark stands. */
function urlParts(url: string): ReadAs[] {
  const parts: ReadAs[] = [];
  // Where the template itself begins the URL, it has chosen the scheme.
  const start = url.trimStart();
  const first = start.indexOf(OPEN);
  let part: ReadAs = /[:/]/.test(first === -1 ? start : start.slice(0, first)) ? 'path' : 'url';
  let from = 0;
  for (const mark of url.matchAll(EACH_MARK)) {
    if (/[?#]/.test(url.slice(from, mark.index))) part = 'query';
    parts.push(part);
    from = mark.index + mark[0].length;
  }
  return parts;
}

/** What each mark in the value of an attribute is read as, in order. */
function readings(name: string, value: string): (index: number) => ReadAs {
  if (name === 'style' || name.startsWith('on')) return () => 'code';
  if (name === 'srcdoc') return () => 'markup';
  if (LIST_ATTRIBUTES.has(name)) return () => 'listed';
  const address = URL_ATTRIBUTES.has(name) ? value : name === 'content' ? refreshed(value) : undefined;
  if (address === undefined) return () => 'text';
  const parts = urlParts(address);
  // What stands before the address, if anything, is no part of it.
  const before = [...value.matchAll(EACH_MARK)].length - parts.length;
  return (index) => parts[index - before] ?? 'text';
}

function refreshed(value: string): string | undefined {
  const start = REFRESH.exec(value)?.[0];
  return start === undefined ? undefined : value.slice(start.length);
}

/**
 * The contexts of the marks in the value of an attribute, in order.
 * @param name with marks, where there are tokens or tags in it
 */
export function attributeContexts(
  name: string,
  value: string,
  quote: string | null | undefined,
): HtmlContext[] {
  // A tag that stands right before an attribute is glued to its name: `{% if x %}href="…"`.
  const readAs = readings(name.replace(EACH_MARK, ''), value);
  const within = quote ? 'quotes' : isMark(value) ? 'whole' : 'unquoted';
  return Array.from(value.matchAll(EACH_MARK), (_mark, index) => ({ within, readAs: readAs(index) }));
}
