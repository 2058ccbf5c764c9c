import { Parser } from 'htmlparser2';
import type { Construct, Piece } from '../template/scan-template.js';
import { attributeContexts } from './attribute-context.js';
import { capturedTexts, firstUnsure } from './block-places.js';
import { TEXT_CONTEXT, UNKNOWN_CONTEXT, type HtmlContext } from './html-context.js';
import { EACH_MARK, markOf } from './marks.js';

/** Elements whose content is no markup; the first two are code. */
const RAW_ELEMENTS = new Set(['script', 'style', 'title', 'textarea']);

/** All that an HTML parser reads as raw text, unless it is inside of one of these. */
const EVERY_RAW_ELEMENT = new Set([
  ...RAW_ELEMENTS,
  'iframe',
  'noembed',
  'noframes',
  'noscript',
  'plaintext',
  'xmp',
]);
/** In these HTML follows other rules. */
const FOREIGN_ELEMENTS = new Set(['math', 'svg', 'template']);

/** A mark's context, and a name for the very place: two marks of one place can stand for each other. */
export interface Found {
  readonly context: HtmlContext;
  readonly place: string;
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

/** Reads HTML with marks in it, and notes where each of them stands. */
class MarkReader {
  private rawElement = '';
  /** Tags and comments so far, and attributes: names for places. */
  private count = 0;
  private attributes = 0;
  /** How many of the foreign elements are open. */
  private foreign = 0;
  /** A `<title>` of an SVG is markup to browsers and raw text to this parser: until the SVG ends, nothing is certain. */
  private isDisputed = false;

  constructor(
    private readonly found: Map<number, Found>,
    /** The name of the comment that the HTML is the content of. */
    private readonly comment = '',
  ) {}

  read(html: string): void {
    const parser = new Parser({
      onopentagname: (name) => {
        this.rawElement = RAW_ELEMENTS.has(name) ? name : '';
        this.count++;
        if (FOREIGN_ELEMENTS.has(name)) this.foreign++;
        this.isDisputed ||= this.foreign > 0 && EVERY_RAW_ELEMENT.has(name);
        this.note(name, `name ${this.count}`, () => UNKNOWN_CONTEXT);
      },
      onclosetag: (name) => {
        this.rawElement = '';
        if (FOREIGN_ELEMENTS.has(name) && --this.foreign === 0) this.isDisputed = false;
      },
      onattribute: (name, value, quote) => this.readAttribute(name, value, quote),
      ontext: (text) => {
        const { rawElement } = this;
        this.note(text, rawElement ? `${rawElement} ${this.count}` : 'text', () => this.textContext());
      },
      oncomment: (comment) => this.readComment(comment),
    });
    parser.write(html);
    // What comes only now was never closed; this parser then takes some of it for text.
    this.isDisputed = true;
    parser.end();
  }

  private textContext(): HtmlContext {
    if (this.rawElement) return rawContext(this.rawElement);
    // A line break as `<br>` would end an SVG, and change what a template makes of the rest of it.
    return this.foreign > 0 ? { within: 'quotes', readAs: 'text' } : TEXT_CONTEXT;
  }

  private readAttribute(name: string, value: string, quote: string | null | undefined): void {
    this.note(name, `tag ${this.count}`, () => UNKNOWN_CONTEXT);
    const contexts = attributeContexts(name, value, quote);
    this.note(value, `attribute ${++this.attributes}`, (index) => contexts[index]);
  }

  private readComment(comment: string): void {
    this.count++;
    const content = this.comment === '' ? conditionalContent(comment) : undefined;
    const name = `comment ${this.count}`;
    this.note(comment, name, () => UNKNOWN_CONTEXT);
    if (content !== undefined) new MarkReader(this.found, name).read(content);
  }

  private note(text: string, place: string, contextOf: (index: number) => HtmlContext | undefined): void {
    if (this.isDisputed) return;
    let index = 0;
    for (const [, number] of text.matchAll(EACH_MARK)) {
      const context = contextOf(index++) ?? UNKNOWN_CONTEXT;
      this.found.set(Number(number), {
        context: this.comment ? { ...context, inComment: true } : context,
        place: `${this.comment}/${place}`,
      });
    }
  }
}

/** The context of every output of an HTML template. What is found nowhere gets the strictest. */
export class HtmlContexts {
  readonly #found = new Map<number, Found>();
  readonly #unsureFrom: number;
  readonly #captured: ReadonlySet<number>;

  constructor(pieces: readonly Piece[]) {
    const html = pieces.map((piece) => (typeof piece === 'string' ? piece : markOf(piece.index))).join('');
    new MarkReader(this.#found).read(html);
    const constructs = pieces.filter((piece) => typeof piece !== 'string');
    const placeOf = (index: number) => this.#found.get(index)?.place;
    this.#unsureFrom = firstUnsure(constructs, placeOf);
    this.#captured = capturedTexts(constructs, placeOf);
  }

  of({ index }: Construct): HtmlContext {
    if (index >= this.#unsureFrom) return UNKNOWN_CONTEXT;
    // What is captured remembers that it was escaped for text, and is escaped again where it is printed.
    if (this.#captured.has(index)) return TEXT_CONTEXT;
    return this.#found.get(index)?.context ?? UNKNOWN_CONTEXT;
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
