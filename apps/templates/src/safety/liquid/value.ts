const SPECIAL = /[&<>"'`=\s]/g;
const ESCAPED = /&amp;|&lt;|&gt;|&quot;|&#39;|<br>/g;
const CHARACTERS: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '<br>': '\n',
};

/** Something that Liquid can print, as far as it is known: marks stand for what is not. */
export interface Value {
  readonly text: string;
  /** What it is between tags: for `{% capture %}` the markup that was captured, otherwise its text, escaped. */
  readonly html: string;
}

/** So that it means the same between tags, in quotes of any kind and without quotes. */
export const escaped = (text: string): string =>
  text.replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);

export const plain = (text: string): Value => ({ text, html: escaped(text) });

/** What `{% capture %}` holds; elsewhere than between tags it is the text that it says (`libs/rendering`, SafeHtml). */
export const captured = (html: string): Value => ({
  html,
  text: html.replace(ESCAPED, (entity) => CHARACTERS[entity] ?? ''),
});

/** Different values that one output may have, at the most, and the longest text of each. */
const maxAlternatives = 16;
const maxLength = 4_096;

/** Without repetitions; `unknown` alone where there are too many to follow, or too long ones. */
export function alternatives(values: readonly Value[], unknown: () => string): Value[] {
  const distinct = new Map(values.map((value) => [`${value.text}\n${value.html}`, value]));
  const fits = distinct.size <= maxAlternatives && values.every(({ html }) => html.length <= maxLength);
  return fits ? [...distinct.values()] : [plain(unknown())];
}
