import { domainToUnicode } from 'node:url';
import { hostOf, type CheckedUrl } from '../urls/checked-url.js';

const NAMES = (
  'Latin Greek Cyrillic Armenian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Tamil Telugu Kannada Malayalam ' +
  'Sinhala Thai Lao Tibetan Myanmar Georgian Hangul Ethiopic Cherokee Khmer Mongolian Hiragana Katakana Bopomofo Han'
).split(' ');
const SCRIPTS = NAMES.map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const);
const OF_ALL = /[\p{Script=Common}\p{Script=Inherited}]/u;

/** The scripts (alphabets) that a text is written in, Latin first; digits and hyphens are of none. */
export function scriptsOf(text: string): string[] {
  const characters = Array.from(text).filter((character) => !OF_ALL.test(character));
  const scripts = SCRIPTS.filter(([, test]) => characters.some((character) => test.test(character)));
  const isAll = characters.every((character) => scripts.some(([, test]) => test.test(character)));
  return [...scripts.map(([name]) => name), ...(isAll ? [] : ['other'])];
}

/** The labels of a host as people read them, `münchen` and not `xn--mnchen-3ya`. */
export const labelsOf = (checked: CheckedUrl): string[] => domainToUnicode(hostOf(checked)).split('.');

export const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);
