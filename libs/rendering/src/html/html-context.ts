import { toValue } from 'liquidjs';
import { escapeAnywhere, escapeQuoted, escapeText, escapeUnquoted } from './escape-html.js';
import { encodeListed, encodePath, encodeQuery, encodeQueryOnce, encodeWhole } from './encode-url.js';
import { guardCode, guardComment } from './guard-comment.js';
import { neutraliseCode, neutraliseScript, neutraliseUrl } from './neutralise.js';
import { TextLike } from '../tokens/text-like.js';
import { SafeHtml } from './safe-html.js';

/** Where in the HTML a token stands. */
export interface HtmlContext {
  /**
   * What its value must not be able to end: the text, the quotes, an attribute without quotes, or anything at all.
   * `whole` is that attribute where nothing else is in it, and where nothing at all would not do.
   */
  readonly within: 'text' | 'quotes' | 'unquoted' | 'whole' | 'unknown';
  /**
   * What its value will be read as. Of URLs, `url` is the beginning, where a scheme can be; `path` comes after it,
   * `query` after `?` or `#`, and `listed` is an address among several. `markup` is HTML inside an attribute.
   */
  readonly readAs: 'text' | 'url' | 'path' | 'query' | 'listed' | 'code' | 'markup' | 'unknown';
  /** Inside `<!-- -->`, where two hyphens may be too many. */
  readonly inComment?: boolean;
}

/** The context that is right, if not pretty, everywhere. */
export const UNKNOWN_CONTEXT: HtmlContext = { within: 'unknown', readAs: 'unknown', inComment: true };

/** The context between tags. */
export const TEXT_CONTEXT: HtmlContext = { within: 'text', readAs: 'text' };

/**
 * How far a value may have been encoded for a URL already: not at all, by a filter of the same output, or somewhere
 * before it got its name.
 */
export type Encoding = 'none' | 'done' | 'unsure';

/** Counts work; LiquidJS's own limiter is one. */
export interface WorkLimit {
  use(units: number): void;
}

/** Turns the value of an output into what is written, and charges for it. */
export type Escape = (value: unknown, limit: WorkLimit) => string;

const ESCAPES = {
  text: escapeText,
  quotes: escapeQuoted,
  unquoted: escapeUnquoted,
  whole: (value: string) => escapeUnquoted(value) || '""',
  unknown: escapeAnywhere,
} as const;

const QUERY_ENCODERS: Readonly<Record<Encoding, (value: string) => string>> = {
  none: encodeQuery,
  done: encodePath,
  unsure: encodeQueryOnce,
};

/** What is done to a value so that it cannot be read as more than it is. */
function neutraliserOf({ readAs }: HtmlContext, encoding: Encoding): ((value: string) => string) | undefined {
  switch (readAs) {
    case 'text':
      return undefined;
    case 'url':
      return (value) => encodeWhole(neutraliseUrl(value));
    case 'path':
      return encodePath;
    case 'query':
      return QUERY_ENCODERS[encoding];
    case 'listed':
      return (value) => encodeListed(neutraliseUrl(value));
    case 'code':
      return (value) => neutraliseCode(neutraliseScript(value));
    case 'markup':
      return escapeText;
    case 'unknown':
      return neutraliseScript;
  }
}

/** The value of an output as plain text; lists, which only filters make, are printed without separators. */
export function printed(value: unknown, limit: WorkLimit): string {
  const plain: unknown = toValue(value);
  if (typeof plain === 'string') {
    limit.use(plain.length);
    return plain;
  }
  if (plain === undefined || plain === null) return '';
  if (Array.isArray(plain)) return plain.map((item) => printed(item, limit)).join('');
  if (typeof plain !== 'number' && typeof plain !== 'boolean' && !(plain instanceof TextLike)) return '';
  const text = plain.toString();
  limit.use(text.length);
  return text;
}

/** The escaping for one place in the HTML. */
export function escapeFor(context: HtmlContext, encoding: Encoding = 'none'): Escape {
  const escape = ESCAPES[context.within];
  const neutralise = neutraliserOf(context, encoding);
  const guard = !context.inComment ? undefined : context.readAs === 'code' ? guardCode : guardComment;
  const written = (value: unknown, limit: WorkLimit): string => {
    // Captured HTML was escaped for text; anywhere else it begins again from what it says.
    if (value instanceof SafeHtml && context.within === 'text') {
      limit.use(value.html.length);
      return value.html;
    }
    const text = printed(value, limit);
    return escape(neutralise ? neutralise(text) : text);
  };
  return guard ? (value, limit) => guard(written(value, limit)) : written;
}

const URL_PARTS: ReadonlySet<HtmlContext['readAs']> = new Set(['url', 'path', 'query', 'listed']);

/** The same place in the plain text, where addresses are written out and nothing is markup. */
export function plainFor(context: HtmlContext, encoding: Encoding): Escape {
  const neutralise = URL_PARTS.has(context.readAs) ? neutraliserOf(context, encoding) : undefined;
  return neutralise ? (value, limit) => neutralise(printed(value, limit)) : printed;
}
