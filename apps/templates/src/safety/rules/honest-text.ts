import { domainToASCII, domainToUnicode } from 'node:url';
import { getDomain } from 'tldts';
import { hostOf, isWeb } from '../urls/checked-url.js';
import type { Rule } from './rule.js';

/** Who registered a name; `github.io` and the like count as registries. */
const ownerOf = (host: string): string => getDomain(host, { allowPrivateDomains: true }) ?? host;

/** A link whose text shows an address leads to the owner of that address. */
export const honestText: Rule = (checked) => {
  if (!isWeb(checked) || checked.isPlatform || checked.place !== 'link') return null;
  const host = hostOf(checked);
  const other = checked.shows.find((shown) => ownerOf(domainToASCII(shown) || shown) !== ownerOf(host));
  return other === undefined
    ? null
    : `the text of the link shows ${other}, but it leads to ${domainToUnicode(host)}`;
};
