import { filters as liquidFilters, type FilterImplOptions } from 'liquidjs';
import { PRICES } from '../limits.js';
import { TextLike } from '../tokens/text-like.js';
import { TextLines } from '../tokens/text-lines.js';
import { sizeOf } from './charge.js';

type Handler = Extract<FilterImplOptions, (...args: never[]) => unknown>;

/** Filters of text, numbers and dates. The tokens are flat, so LiquidJS's filters of objects have no use here. */
const TEXT_FILTERS = [
  'abs',
  'append',
  'array_to_sentence_string',
  'at_least',
  'at_most',
  'capitalize',
  'ceil',
  'cgi_escape',
  'date',
  'date_to_long_string',
  'date_to_string',
  'default',
  'divided_by',
  'downcase',
  'floor',
  'lstrip',
  'minus',
  'modulo',
  'normalize_whitespace',
  'number_of_words',
  'plus',
  'prepend',
  'remove',
  'remove_first',
  'remove_last',
  'replace',
  'replace_first',
  'replace_last',
  'round',
  'rstrip',
  'slice',
  'slugify',
  'split',
  'squish',
  'strip',
  'strip_html',
  'strip_newlines',
  'times',
  'to_integer',
  'truncate',
  'truncatewords',
  'upcase',
  'uri_escape',
  'url_decode',
  'url_encode',
] as const;

/** Filters of lists; `{{ tags | join: ", " }}` is to join the tags, so these see their elements. */
const LIST_FILTERS = [
  'compact',
  'concat',
  'first',
  'join',
  'last',
  'reverse',
  'size',
  'sort',
  'sort_natural',
  'uniq',
] as const;

/**
 * Filters that templates made elsewhere carry along and that have nothing left to do: every output is escaped,
 * and shows its line breaks. There is no `raw`: a guest's own text must have no way into the HTML unescaped.
 */
const NEEDLESS_FILTERS = ['escape', 'escape_once', 'newline_to_br', 'xml_escape'] as const;

/** A longer format of a date is an attack: LiquidJS looks for its directives in quadratic time. */
const MAX_DATE_FORMAT = 64;

function asText(value: unknown): unknown {
  return value instanceof TextLike ? value.toString() : value;
}

function asList(value: unknown): unknown {
  return value instanceof TextLines ? [...value] : asText(value);
}

/** LiquidJS's filter behind a till. Its arguments lose whatever is more than text about them. */
function charged(name: string, convert: (value: unknown) => unknown): Handler {
  const handler = liquidFilters[name] as Handler;
  return function (value: unknown, ...args: unknown[]) {
    const limit = this.context.memoryLimit;
    limit.use(PRICES.call + sizeOf(value));
    for (const argument of args) limit.use(sizeOf(argument));
    return handler.call(this, convert(value), ...args.map(convert)) as unknown;
  };
}

/** A malformed `%E0%A4%A` in a guest's text is that guest's text, and no reason to send no e-mail. */
function lenient(filter: Handler): Handler {
  return function (value: unknown, ...args: unknown[]) {
    try {
      return filter.call(this, value, ...args) as unknown;
    } catch (error) {
      if (error instanceof URIError) return asText(value);
      throw error;
    }
  };
}

function withShortFormat(filter: Handler): Handler {
  return function (value: unknown, format: unknown, ...args: unknown[]) {
    if (sizeOf(format) > MAX_DATE_FORMAT) {
      throw new Error(`a date format must have at most ${MAX_DATE_FORMAT} characters`);
    }
    return filter.call(this, value, format, ...args) as unknown;
  };
}

/** Every filter that a template may use, by name. */
export function templateFilters(): Map<string, Handler> {
  const filters = new Map<string, Handler>();
  for (const name of TEXT_FILTERS) filters.set(name, charged(name, asText));
  for (const name of LIST_FILTERS) filters.set(name, charged(name, asList));
  for (const name of NEEDLESS_FILTERS) filters.set(name, (value: unknown) => value);
  for (const name of ['cgi_escape', 'uri_escape', 'url_decode', 'url_encode']) {
    filters.set(name, lenient(filters.get(name)!));
  }
  filters.set('date', withShortFormat(filters.get('date')!));
  return filters;
}
