/** Nothing in ASCII above it is white space; beyond ASCII some is. */
const LAST_BLANK = 0x20;
const LAST_ASCII = 0x7f;

/**
 * Whether {@link tidyText} would leave a text as it is. Nearly all are tidy, and this looks at the ends of lines alone;
 * a line that ends beyond ASCII is not decided about.
 */
function isTidy(text: string): boolean {
  if (text.includes(' []')) return false;
  let emptyLines = 0;
  for (let begin = 0; ;) {
    const lineBreak = text.indexOf('\n', begin);
    const end = lineBreak === -1 ? text.length : lineBreak;
    if (end > begin) {
      const last = text.charCodeAt(end - 1);
      if (last <= LAST_BLANK || last > LAST_ASCII) return false;
      emptyLines = 0;
    } else if (begin === 0 || lineBreak === -1 || ++emptyLines > 1) return text === '';
    if (lineBreak === -1) return true;
    begin = end + 1;
  }
}

/**
 * The last touch on a plain-text part: no brackets of links that turned out to lead nowhere, no blanks at the
 * ends of lines, at most one empty line in a row, none at the start or the end. Line by line and not by regular expressions, which take quadratic time for long runs of
 * blanks.
 */
export function tidyText(text: string): string {
  if (isTidy(text)) return text;
  let tidy = '';
  let emptyLines = 0;
  for (const line of text.replaceAll(' []', '').split('\n')) {
    const trimmed = line.trimEnd();
    if (trimmed === '') {
      emptyLines++;
      continue;
    }
    if (tidy !== '') tidy += emptyLines > 0 ? '\n\n' : '\n';
    tidy += trimmed;
    emptyLines = 0;
  }
  return tidy;
}
