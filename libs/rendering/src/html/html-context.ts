import { toValue } from 'liquidjs';
import { escapeQuoted, escapeText, escapeUnquoted } from './escape-html.js';
import { neutraliseCode, neutraliseScript, neutraliseUrl } from './neutralise.js';
import { TextLike } from '../tokens/text-like.js';
import { SafeHtml } from './safe-html.js';

/** Where in the HTML a token stands. */
export interface HtmlContext {
  /** What its value must not be able to end: the text, the quotes, or anything at all. */
  readonly within: 'text' | 'quotes' | 'unknown';
  /** What its value will be read as. */
  readonly readAs: 'text' | 'url' | 'code' | 'unknown';
}

/** The context that is right, if not pretty, everywhere. */
export const UNKNOWN_CONTEXT: HtmlContext = { within: 'unknown', readAs: 'unknown' };

/** Counts work; LiquidJS's own limiter is one. */
export interface WorkLimit {
  use(units: number): void;
}

/** Turns the value of an output into what is written, and charges for it. */
export type Escape = (value: unknown, limit: WorkLimit) => string;

const ESCAPES = { text: escapeText, quotes: escapeQuoted, unknown: escapeUnquoted } as const;
const NEUTRALISERS = {
  text: undefined,
  url: neutraliseUrl,
  code: neutraliseCode,
  unknown: neutraliseScript,
} as const;

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
export function escapeFor(context: HtmlContext): Escape {
  const escape = ESCAPES[context.within];
  const neutralise = NEUTRALISERS[context.readAs];
  return (value, limit) => {
    // Captured HTML was escaped for text; anywhere else it begins again from what it says.
    if (value instanceof SafeHtml && context.within === 'text') {
      limit.use(value.html.length);
      return value.html;
    }
    const text = printed(value, limit);
    return escape(neutralise ? neutralise(text) : text);
  };
}
