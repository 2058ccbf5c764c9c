import { hostOf, isWeb } from '../urls/checked-url.js';
import type { Rule } from './rule.js';
import { isAscii, labelsOf } from './scripts.js';

/** RFC 1035 §2.3.4, in octets. */
const maxLabel = 63;
const maxName = 253;

/** A name that DNS can hold; parsers of URLs are lenient. Addresses in brackets are no names. */
export const validHost: Rule = (checked) => {
  if (!isWeb(checked)) return null;
  const host = hostOf(checked);
  if (host.startsWith('[')) return null;
  const read = labelsOf(checked);
  const isLabel = (label: string, index: number): boolean =>
    label !== '' &&
    label.length <= maxLabel &&
    // Punycode of plain letters is another name for another host.
    !(label.startsWith('xn--') && isAscii(read[index] ?? ''));
  const isValid = host.length <= maxName && host.split('.').every(isLabel);
  return isValid ? null : `"${host}" is not a valid name of a host`;
};
