import { isWeb } from '../urls/checked-url.js';
import type { Rule } from './rule.js';
import { isAscii, labelsOf, scriptsOf } from './scripts.js';

/** Scripts that are written together (UTS #39, "highly restrictive"): those of Japanese, Chinese and Korean. */
const TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

/** `pаypal.com` with a Cyrillic "а": nobody mixes scripts inside of a name but to deceive. */
export const oneScript: Rule = (checked) => {
  if (!isWeb(checked)) return null;
  for (const label of labelsOf(checked)) {
    if (isAscii(label)) continue;
    const scripts = scriptsOf(label);
    const isUsual = TOGETHER.some((group) => scripts.every((script) => group.includes(script)));
    if (scripts.length > 1 && !isUsual)
      return `its host mixes ${scripts.join(' and ')} letters in "${label}", so that it looks like another one`;
  }
  return null;
};
