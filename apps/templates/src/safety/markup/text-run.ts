import { shownHosts, textUrls } from '../urls/text-urls.js';
import { parse } from 'tldts';

/** Elements that do not interrupt a text: a mail program may take what stands around their borders for one URL. */
const INLINE = new Set(
  (
    'a abbr acronym b bdi bdo big center cite code del dfn em font i ins kbd label mark nobr o:p q s samp small ' +
    'span strike strong sub sup tt u var wbr'
  ).split(' '),
);

export const isInline = (element: string): boolean => INLINE.has(element);

/**
 * URLs of a text that is spread over several inline elements. Each part is read by itself, as most mail programs do,
 * and all of them together: `https://evil<b>.example</b>`.
 */
export function runUrls(parts: readonly string[]): string[] {
  if (parts.length < 2) return textUrls(parts[0] ?? '').map(({ url }) => url);
  const whole = parts.join('');
  const urls = textUrls(whole).map(({ url }) => url);
  for (const part of parts)
    for (const { url, begin, end } of textUrls(part)) {
      // A URL that goes on in the next part is none yet, unless it looks like one.
      const isInside = begin > 0 && end < part.length;
      if (isInside || shownHosts(url).some((host) => parse(host).isIcann)) urls.push(url);
    }
  return [...new Set(urls)];
}
