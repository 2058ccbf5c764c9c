/** Anything but ordinary characters: control characters (line breaks among them) and halves of surrogate pairs. */
const UNCLEAN = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
const EACH_UNCLEAN = /[\p{Cc}\p{Cs}]/gu;
const LINE_BREAK = /\r\n|[\r\u0085\u2028\u2029]/g;

function replaceUnclean(character: string): string {
  if (character === '\n' || character === '\t') return character;
  // A lone surrogate is no character: it would make URL filters throw and arrives as U+FFFD anyway.
  return character >= '\ud800' && character <= '\udfff' ? '\ufffd' : '';
}

/**
 * A guest's or event's value as text that is safe to carry anywhere: every kind of line break becomes `\n`,
 * other control characters go, broken surrogates become U+FFFD. `undefined` and `null`, which older messages
 * may hold, become the empty text.
 */
export function multiLineText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!UNCLEAN.test(text)) return text;
  return text.replace(LINE_BREAK, '\n').replace(EACH_UNCLEAN, replaceUnclean);
}

/** The same on one line: line breaks and tabs become blanks. For names and addresses, and for subjects. */
export function singleLineText(value: unknown): string {
  return multiLineText(value).replace(/[\n\t]/g, ' ');
}
