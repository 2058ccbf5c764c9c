const SPECIAL = /[&<>"'\n]/;
const EACH_SPECIAL = /[&<>"']/g;
const EACH_UNQUOTED = /[&<>"'`=\s]/g;
const EACH_ANYWHERE = /[&<>"'`=/\s]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const CHARACTERS: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '<br>': '\n',
};

const entity = (character: string): string => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`;

/** For text between tags: nothing in it is markup, and its line breaks show. */
export function escapeText(value: string): string {
  if (!SPECIAL.test(value)) return value;
  const escaped = value.replace(EACH_SPECIAL, entity);
  return escaped.includes('\n') ? escaped.replaceAll('\n', '<br>') : escaped;
}

/** For a value in quotes, of either kind, and for `<title>`: it cannot end them. Line breaks become blanks. */
export function escapeQuoted(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replace(EACH_SPECIAL, entity).replaceAll('\n', ' ');
}

/** For a value without quotes: blanks and `=` as well. */
export function escapeUnquoted(value: string): string {
  return value.replace(EACH_UNQUOTED, entity);
}

/** For wherever it is unknown what could end it: also the slash, which separates names of attributes. */
export function escapeAnywhere(value: string): string {
  return value.replace(EACH_ANYWHERE, entity);
}

/** What {@link escapeText} made of a text, undone. */
export function unescapeText(html: string): string {
  return html.replace(/&amp;|&lt;|&gt;|&quot;|&#39;|<br>/g, (found) => CHARACTERS[found]!);
}
