/** Letters of other scripts, and rare Latin ones, that are drawn like Latin ones (from Unicode's confusables.txt). */
const GROUPS: Readonly<Record<string, string>> = {
  a: 'аαɑạӑ',
  b: 'ьЬъƅ',
  c: 'сϲ',
  d: 'ԁđɗ',
  e: 'еҽєё',
  g: 'ɡց',
  h: 'һհħ',
  i: 'іιıɩї',
  j: 'јյ',
  k: 'кκ',
  l: 'ӏłⅼ',
  m: 'м',
  n: 'пոην',
  o: 'оοօσøѳ',
  p: 'рρ',
  q: 'ԛզ',
  r: 'гɾ',
  s: 'ѕʂ',
  t: 'тτŧ',
  u: 'սυʋ',
  v: 'ѵν',
  w: 'ԝωѡա',
  x: 'хχ',
  y: 'уүγ',
  z: 'ʐ',
};
const LATIN = new Map(
  Object.entries(GROUPS).flatMap(([latin, letters]) =>
    Array.from(letters, (letter) => [letter, latin] as const),
  ),
);

/** Letters that are Latin ones to the eye: of scripts with many of them, those that are exactly alike. */
const EXACT = /^[асԁеһіјӏорԛѕԝхуъьҽпгѵѡαικνρυωηοτհոօսզցյաց\d-]+$/u;

/** Whether all of a text could be taken for Latin letters, as `аррӏе` can. */
export const looksLatin = (text: string): boolean => EXACT.test(text);

/** What a text looks like in plain Latin letters: accents are easily overlooked. */
export const skeleton = (text: string): string =>
  Array.from(text.normalize('NFD').replace(/\p{M}/gu, ''), (letter) => LATIN.get(letter) ?? letter)
    .join('')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l');
