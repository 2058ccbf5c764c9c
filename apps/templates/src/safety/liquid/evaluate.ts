import { MERGE_TOKENS } from '@qflow/rendering';
import { MARK, type Unknowns } from './unknowns.js';
import { alternatives, plain, type Value } from './value.js';

/** Looks up a name that the template has defined; undefined for one that it has not. */
export type Lookup = (name: string) => readonly Value[] | undefined;

const PLATFORM_TOKENS = new Set(['barcode_qr', 'rsvplink_yes', 'rsvplink_no', 'unsubscribe_link']);
const TOKENS = new Set(MERGE_TOKENS);
const CUSTOM_FIELD = /^v_[\w-]+$/i;

/** A text in quotes without escapes, a whole number, or a name without properties. */
const OPERAND = /^\s*(?:"([^"\\]*)"|'([^'\\]*)'|(-?(?:0|[1-9]\d{0,14}))|([A-Za-z_][\w-]*))\s*/;
const FILTER = /^\|\s*(\w+)\s*(?::\s*)?/;

/** Filters that leave what they are given as it is (`libs/rendering`, `NEEDLESS_FILTERS`). */
const IDENTITIES = new Set(['escape', 'escape_once', 'newline_to_br', 'xml_escape']);

/**
 * What an expression can come to. Constants, merge tokens, the template's own names and the filters `append`,
 * `prepend` and `default` are followed; everything else is unknown, which is safe in the path of a URL and never in
 * its host.
 */
export class Evaluator {
  constructor(
    private readonly unknowns: Unknowns,
    private readonly lookup: Lookup,
  ) {}

  /** @param source as it stands in the template */
  evaluate(expression: string, source: string): Value[] {
    return this.follow(expression, source) ?? [this.unknown(expression, source)];
  }

  private follow(expression: string, source: string): Value[] | undefined {
    const head = OPERAND.exec(expression);
    if (!head) return undefined;
    let values = this.operand(head, source);
    let rest = expression.slice(head[0].length);
    while (rest !== '') {
      const filter = FILTER.exec(rest);
      if (!filter) return undefined;
      rest = rest.slice(filter[0].length);
      const name = filter[1] ?? '';
      const argument = OPERAND.exec(rest);
      if (argument) rest = rest.slice(argument[0].length);
      const next = this.apply(name, values, argument && this.operand(argument, source));
      if (!next) return undefined;
      values = alternatives(next, () => this.unknowns.mark('liquid', source));
    }
    return values;
  }

  private operand([, double, single, number, name]: RegExpExecArray, source: string): Value[] {
    if (name !== undefined) return this.named(name, source);
    return [plain(double ?? single ?? number ?? '')];
  }

  private named(name: string, source: string): Value[] {
    const own = this.lookup(name);
    if (own) return own.map((value) => this.renamed(value, source));
    const key = name.toLowerCase();
    if (PLATFORM_TOKENS.has(key)) return [plain(this.unknowns.mark('platform', source))];
    if (TOKENS.has(key) || CUSTOM_FIELD.test(name)) return [plain(this.unknowns.mark('guest', source))];
    if (name === 'true' || name === 'false') return [plain(name)];
    if (name === 'forloop') return [plain(this.unknowns.mark('liquid', source))];
    // A name that nobody knows renders empty, and so do nil, null, empty and blank.
    return [plain('')];
  }

  /** What is unknown is shown by the name that it has where it is printed. */
  private renamed(value: Value, source: string): Value {
    const mark = this.unknowns.renamed(value.text, source);
    return mark === undefined ? value : plain(mark);
  }

  private apply(filter: string, values: Value[], argument: Value[] | null): Value[] | undefined {
    if (IDENTITIES.has(filter)) return argument ? undefined : values;
    if (!argument) return undefined;
    if (filter === 'default') return values.flatMap((value) => withDefault(value, argument));
    const pairs = values.flatMap(({ text }) => argument.map((other) => [text, other.text] as const));
    if (filter === 'append') return pairs.map(([text, other]) => plain(text + other));
    return filter === 'prepend' ? pairs.map(([text, other]) => plain(other + text)) : undefined;
  }

  private unknown(expression: string, source: string): Value {
    const names = expression.replace(/"[^"]*"|'[^']*'/g, '').match(/[A-Za-z_][\w-]*/g) ?? [];
    const isGuests = names.some((name) => TOKENS.has(name.toLowerCase()) || CUSTOM_FIELD.test(name));
    return plain(this.unknowns.mark(isGuests ? 'guest' : 'liquid', source));
  }
}

/** Whether there is a value where a mark stands only a sending tells. */
function withDefault(value: Value, otherwise: readonly Value[]): readonly Value[] {
  if (value.text === '') return otherwise;
  return MARK.test(value.text) ? [value, ...otherwise] : [value];
}

/** Texts in quotes in an expression: each may be printed as it is, whatever the rest of the expression does. */
export const quotedTexts = (expression: string): string[] =>
  Array.from(expression.matchAll(/"([^"]*)"|'([^']*)'/g), ([, double, single]) => double ?? single ?? '');
