import { cssUrls } from '../urls/css-urls.js';
import type { Place } from './found-url.js';
import type { Attribute } from './tokenise.js';

/** Attributes whose value is one URL, of whatever element: mail programs know more elements than standards do. */
const URL_ATTRIBUTES: Readonly<Record<string, Place>> = {
  action: 'other',
  background: 'image',
  cite: 'other',
  classid: 'other',
  codebase: 'other',
  data: 'other',
  dynsrc: 'image',
  formaction: 'other',
  href: 'link',
  icon: 'image',
  longdesc: 'other',
  lowsrc: 'image',
  manifest: 'other',
  ping: 'other',
  poster: 'image',
  profile: 'other',
  src: 'other',
  usemap: 'other',
};

/** Attributes with several URLs, each with a width or density after it. */
const SETS = new Set(['srcset', 'imagesrcset']);
/** Elements whose `src` is a picture; the last ones are Outlook's (VML). */
const PICTURES = new Set(['img', 'image', 'input', 'source', 'v:fill', 'v:imagedata', 'v:image']);
/** Elements whose `href` nobody clicks on. */
const LOADERS: Readonly<Record<string, Place>> = {
  base: 'base',
  link: 'other',
  image: 'image',
  use: 'other',
};
/** SVG animations write URLs into other elements. */
const ANIMATIONS = new Set(['animate', 'set']);
const ANIMATED = new Set(['from', 'to', 'by', 'values']);

export interface AttributeUrl {
  readonly url: string;
  readonly place: Place;
}

/** URLs of an element's attributes; names and values are without entities, names in lower case. */
export function attributeUrls(element: string, attributes: readonly Attribute[]): AttributeUrl[] {
  const urls = attributes.flatMap(({ name, value }) => urlsOf(element, name, value));
  const isRefresh = element === 'meta' && attributes.some(({ value }) => /^\s*refresh\s*$/i.test(value));
  if (!isRefresh) return urls;
  const content = attributes.find(({ name }) => name === 'content')?.value ?? '';
  const url = refreshUrl(content);
  return url === '' ? urls : [...urls, { url, place: 'refresh' }];
}

function urlsOf(element: string, attribute: string, value: string): AttributeUrl[] {
  // `xlink:href` and Outlook's `o:href` are an href.
  const name = attribute.slice(attribute.lastIndexOf(':') + 1);
  if (SETS.has(name)) return srcsetUrls(value).map((url) => ({ url, place: 'image' }));
  if (name === 'ping') return words(value).map((url) => ({ url, place: 'other' }));
  if (ANIMATIONS.has(element) && ANIMATED.has(name))
    return value
      .split(';')
      .filter((part) => /^[^\w]*[a-z][\w+.-]*\s*:/i.test(part))
      .map((url) => ({ url, place: 'link' }));
  if (Object.hasOwn(URL_ATTRIBUTES, name)) return [{ url: value, place: placeOf(element, name) }];
  // Not `style` alone: attributes of SVG such as `fill` hold CSS too.
  return name === 'style' || value.includes('(')
    ? cssUrls(value).map((url) => ({ url, place: 'image' }))
    : [];
}

function placeOf(element: string, attribute: string): Place {
  if (attribute === 'src' && PICTURES.has(element)) return 'image';
  if (attribute === 'href' && Object.hasOwn(LOADERS, element)) return LOADERS[element] ?? 'other';
  return URL_ATTRIBUTES[attribute] ?? 'other';
}

const words = (value: string): string[] => value.split(/\s+/).filter(Boolean);

const CANDIDATE = /[\s,]*([^\s,]\S*)/y;

/**
 * HTML Living Standard, "parse a srcset attribute": a URL goes on to the next blank and may hold commas; at its end a
 * comma means that no width or density follows. These go on to the next comma.
 */
function srcsetUrls(value: string): string[] {
  const urls: string[] = [];
  CANDIDATE.lastIndex = 0;
  for (let match = CANDIDATE.exec(value); match; match = CANDIDATE.exec(value)) {
    const [, url = ''] = match;
    urls.push(withoutCommas(url));
    if (url.endsWith(',')) continue;
    const comma = value.indexOf(',', CANDIDATE.lastIndex);
    if (comma === -1) break;
    CANDIDATE.lastIndex = comma;
  }
  return urls;
}

function withoutCommas(url: string): string {
  let end = url.length;
  while (url[end - 1] === ',') end--;
  return url.slice(0, end);
}

/** HTML Living Standard, "shared declarative refresh steps": `url=` is optional, and so are quotes. */
function refreshUrl(content: string): string {
  const rest = content.trimStart().replace(/^[\d.]*\s*[;,]?\s*/, '');
  const url = rest.replace(/^url\s*=\s*/i, '');
  const quote = /^["']/.exec(url)?.[0];
  return (quote ? (url.slice(1).split(quote)[0] ?? '') : url).trim();
}
