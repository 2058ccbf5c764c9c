import { compile, type Formatter } from 'html-to-text';

/** Marks around what came out of a link. Noncharacters, so nothing else in a template looks like them. */
export const LINK_MARKS = ['\ufdd8', '\ufdd9'] as const;
export const LINK_MARK = /[\ufdd8\ufdd9]/g;

/** Marks around the number of an output and of a tag in HTML that is on its way to become a text template. */
export const OUTPUT_MARKS = ['\ufdd4', '\ufdd5'] as const;
export const TAG_MARKS = ['\ufdd6', '\ufdd7'] as const;

/** Deeper elements are left out; the deepest nested tables of e-mails have a tenth of that. */
const MAX_DEPTH = 256;

const linkFormatter: Formatter = (element, walk, builder, options) => {
  builder.addInline(LINK_MARKS[0]);
  builder.options.formatters['anchor']!(element, walk, builder, options);
  builder.addInline(LINK_MARKS[1]);
};

/**
 * Pictures are their alternative text. One that differs from guest to guest, such as a QR code, also shows its
 * address: without it the plain text would lack what the guest needs.
 */
const pictureFormatter =
  (showsAddress: (src: string) => boolean): Formatter =>
  (element, _walk, builder) => {
    const { alt = '', src = '' } = element.attribs;
    // Pictures that touch each other in the HTML are still two.
    if (alt) builder.addInline(` ${alt} `);
    if (showsAddress(src)) builder.addInline(` [${src}] `, { noWordTransform: true });
  };

const heading = { options: { uppercase: false } };

/** A row is a line, and the cells in it are words of that line: most tables of e-mails are only there for layout. */
const cellFormatter: Formatter = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addInline(' ');
};

const row = { format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } };

/**
 * Lines are not wrapped, since what stands for a token is not as long as its value; headings keep their letters,
 * since values could not be made capital with them.
 */
const converter = (picture: Formatter): ((html: string) => string) =>
  compile({
    wordwrap: false,
    // The whole document: tags may stand before <html> or in <head>.
    baseElements: { selectors: [] },
    limits: { maxDepth: MAX_DEPTH, ellipsis: '' },
    formatters: { markedLink: linkFormatter, picture, cell: cellFormatter },
    selectors: [
      { selector: 'a', format: 'markedLink', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'img', format: 'picture' },
      { selector: 'title', format: 'skip' },
      { selector: 'tr', ...row },
      { selector: 'td', format: 'cell' },
      { selector: 'th', format: 'cell' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, ...heading })),
    ],
  });

/** The HTML of a template, with marks in place of its outputs and tags, as text with the same marks. */
export const convertMarked = converter(pictureFormatter((src) => src.includes(OUTPUT_MARKS[0])));

const convertWithPictures = converter(pictureFormatter((src) => src !== ''));

/** Rendered HTML as text. It no longer tells which pictures are the guest's own, so all show their addresses. */
export function convertRendered(html: string): string {
  return convertWithPictures(html).replace(LINK_MARK, '');
}
