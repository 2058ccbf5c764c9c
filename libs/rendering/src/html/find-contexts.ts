import { Parser } from 'htmlparser2';
import type { Construct, Piece } from '../template/scan-template.js';
import { UNKNOWN_CONTEXT, type HtmlContext } from './html-context.js';

/** Brackets around the number of a Liquid construct. Noncharacters: `scan-template` sees to it that no template holds any. */
const OPEN = '\ufdd0';
const CLOSE = '\ufdd1';
const PLACEHOLDER = /\ufdd0(\d+)\ufdd1/g;

const URL_ATTRIBUTES = new Set([
  'action',
  'background',
  'cite',
  'classid',
  'codebase',
  'data',
  'formaction',
  'href',
  'longdesc',
  'manifest',
  'ping',
  'poster',
  'src',
  'srcset',
  'usemap',
  'xlink:href',
]);

/** Elements whose content is no markup; the first two are code. */
const RAW_ELEMENTS = new Set(['script', 'style', 'title', 'textarea']);

function attributeContext(name: string, value: string, quote: string | null | undefined): HtmlContext {
  const within = quote ? 'quotes' : 'unknown';
  if (name === 'style' || name.startsWith('on')) return { within, readAs: 'code' };
  // Where the template itself begins the URL, it has chosen the scheme.
  const beginsUrl = URL_ATTRIBUTES.has(name) && value.trimStart().startsWith(OPEN);
  return { within, readAs: beginsUrl ? 'url' : 'text' };
}

function rawContext(element: string): HtmlContext {
  const isCode = element === 'script' || element === 'style';
  return { within: 'quotes', readAs: isCode ? 'code' : 'text' };
}

/** `<!--[if mso]> … <![endif]-->`: a comment to all but Outlook, to which it is HTML. */
function conditionalContent(comment: string): string | undefined {
  if (!comment.startsWith('[if')) return undefined;
  const start = comment.indexOf(']>');
  return start === -1 ? undefined : comment.slice(start + 2);
}

/** Collects the contexts of all placeholders in `html`, and in its conditional comments if `inComments`. */
function readHtml(html: string, contexts: Map<number, HtmlContext>, inComments: boolean): void {
  let rawElement = '';
  const place = (text: string, context: HtmlContext): void => {
    for (const [, index] of text.matchAll(PLACEHOLDER)) contexts.set(Number(index), context);
  };
  const parser = new Parser({
    onopentagname: (name) => {
      rawElement = RAW_ELEMENTS.has(name) ? name : '';
    },
    onclosetag: () => {
      rawElement = '';
    },
    onattribute: (name, value, quote) => place(value, attributeContext(name, value, quote)),
    ontext: (text) => place(text, rawElement ? rawContext(rawElement) : { within: 'text', readAs: 'text' }),
    oncomment: (comment) => {
      const content = inComments ? conditionalContent(comment) : undefined;
      if (content !== undefined) readHtml(content, contexts, false);
    },
  });
  parser.end(html);
}

/** The context of every output of an HTML template. What is found nowhere gets the strictest. */
export class HtmlContexts {
  readonly #contexts = new Map<number, HtmlContext>();

  constructor(pieces: readonly Piece[]) {
    const html = pieces
      .map((piece) => (typeof piece === 'string' ? piece : OPEN + piece.index + CLOSE))
      .join('');
    readHtml(html, this.#contexts, true);
  }

  of(construct: Construct): HtmlContext {
    return this.#contexts.get(construct.index) ?? UNKNOWN_CONTEXT;
  }
}

/**
 * The first output that would name an element, as in `<{{V_1}}>`; no escaping can make that safe.
 */
export function findElementName(pieces: readonly Piece[]): Construct | undefined {
  let tail = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') tail = (tail + piece).slice(-2);
    else if (piece.kind === 'output') {
      if (tail.endsWith('<') || tail === '</') return piece;
      tail = '';
    }
  }
  return undefined;
}
