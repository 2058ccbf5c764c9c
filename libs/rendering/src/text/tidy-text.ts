/**
 * The last touch on a plain-text part: no brackets of links that turned out to lead nowhere, no blanks at the
 * ends of lines, at most one empty line in a row, none at the start or the end. Line by line and not by regular expressions, which take quadratic time for long runs of
 * blanks.
 */
export function tidyText(text: string): string {
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
