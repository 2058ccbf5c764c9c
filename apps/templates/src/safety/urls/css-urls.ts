import { ident, string, tokenize, tokenTypes, url } from 'css-tree';

/** Functions whose texts in quotes are URLs. Internet Explorer's filters take them as arguments by name. */
const URL_FUNCTIONS = /^(?:url|src|image|(?:-webkit-)?image-set|(?:-webkit-)?cross-fade|.*imageloader)$/;
/** A text in quotes that can be nothing else than a URL, wherever it stands. */
const ABSOLUTE = /^\s*(?:(?:data|file|ftp|https?|javascript|vbscript)\s*:|[/\\]{2}\w)/i;

/**
 * URLs of a style sheet or of declarations, decoded: `url()` in all its spellings, `@import`, `image-set()` and the
 * like. Reads tokens (CSS Syntax, section 4) instead of parsing: what browsers skip as an error may be no error to a
 * mail program.
 */
export function cssUrls(css: string): string[] {
  const urls: string[] = [];
  /** Names of the functions and brackets that are open. */
  const open: string[] = [];
  let afterImport = false;
  /** Where a URL begins that the tokenizer takes for a function with arguments, and where what it takes for these ends. */
  let argument = -1;
  let end = 0;
  tokenize(css, (type, from, to) => {
    if (from < end) return;
    if (argument !== -1 && type !== tokenTypes.WhiteSpace) {
      if (type !== tokenTypes.String) {
        const bracket = css.indexOf(')', argument);
        end = bracket === -1 ? css.length : bracket;
        urls.push(url.decode(`url(${css.slice(argument, end)})`));
      }
      argument = -1;
      if (from < end) return;
    }
    if (type === tokenTypes.Function) {
      const name = ident.decode(css.slice(from, to - 1)).toLowerCase();
      open.push(name);
      // `\75rl(` is a function to this tokenizer and a URL to browsers; so is `url(` before quotes, which are next.
      if (name === 'url') argument = to;
    } else if (type === tokenTypes.LeftParenthesis) open.push('');
    else if (type === tokenTypes.RightParenthesis) open.pop();
    else if (type === tokenTypes.Url || type === tokenTypes.BadUrl)
      urls.push(url.decode(css.slice(from, to)));
    else if (type === tokenTypes.AtKeyword)
      afterImport = ident.decode(css.slice(from, to)).toLowerCase() === '@import';
    else if (type === tokenTypes.String || type === tokenTypes.BadString) {
      const text = string.decode(css.slice(from, to));
      if (afterImport || URL_FUNCTIONS.test(open.at(-1) ?? '') || ABSOLUTE.test(text)) urls.push(text);
    } else if (type === tokenTypes.Semicolon || type === tokenTypes.LeftCurlyBracket) afterImport = false;
  });
  return urls.filter((found) => found.trim() !== '');
}
