import {
  Filter,
  ForTag,
  Output,
  RawTag,
  Tag,
  Tokenizer,
  TypeGuards,
  type Liquid,
  type Template,
} from 'liquidjs';
import type { Encoding, Escape } from '../html/html-context.js';
import { PRICES } from '../limits.js';
import { walkTemplates } from './walk-templates.js';

/** A parsed template that is ready to be rendered any number of times. */
export interface Program {
  readonly engine: Liquid;
  readonly templates: Template[];
  /** The same where it consists of nothing but literals and tokens; undefined: only LiquidJS can run it. */
  readonly pieces: readonly ProgramPiece[] | undefined;
}

/** A literal, or a token and how it is written. */
export type ProgramPiece = string | { readonly name: string; readonly escape: Escape };

/** How outputs of a program are written. */
export interface OutputRules {
  /** The escaping for the output that begins at this offset of the source, and that has been encoded so far. */
  readonly escapeAt: (offset: number, encoding: Encoding) => Escape;
  /** Names that may mean something else than a token somewhere in the template. */
  readonly defined: ReadonlySet<string>;
}

/** The name part of LiquidJS's filters is for its error messages only. */
const ESCAPE_TOKEN = new Tokenizer('x | escape').readFilteredValue().filters[0]!;

/** Literals cost what they write; LiquidJS would let a loop repeat them for nothing. */
export const priceOfLiteral = (text: string): number => PRICES.output + text.length;

function chargeLiteral(node: Template, text: string): void {
  const units = priceOfLiteral(text);
  node.render = (context, emitter) => {
    context.memoryLimit.use(units);
    emitter.write(text);
  };
}

/** Running a tag costs something even if it writes nothing, and so does every turn of a loop. */
function chargeTag(tag: Tag): void {
  const render = tag.render.bind(tag);
  tag.render = (context, emitter) => {
    context.memoryLimit.use(PRICES.tag);
    return render(context, emitter);
  };
  if (!(tag instanceof ForTag)) return;
  const turn: Template = { token: tag.token, render: (context) => context.memoryLimit.use(PRICES.tag) };
  tag.templates.unshift(turn);
}

const URL_FILTERS: ReadonlySet<string> = new Set(['cgi_escape', 'uri_escape', 'url_encode']);

/** How far the value of an output is encoded for URLs by the template itself. */
function encodingOf({ value }: Output, defined: ReadonlySet<string>): Encoding {
  if (value.filters.some(({ name }) => URL_FILTERS.has(name))) return 'done';
  const [operand] = value.initial.postfix;
  const name = TypeGuards.isPropertyAccessToken(operand) ? operand.props[0] : undefined;
  return name && TypeGuards.isWordToken(name) && defined.has(name.content) ? 'unsure' : 'none';
}

/** The token that an output prints as it is, without filters. */
function plainToken(output: Output): string | undefined {
  // One filter is LiquidJS's own escape at the end.
  if (output.value.filters.length !== 1 || output.value.initial.postfix.length !== 1) return undefined;
  const operand = output.value.initial.postfix[0];
  if (!TypeGuards.isPropertyAccessToken(operand) || operand.variable || operand.props.length !== 1) {
    return undefined;
  }
  const name = operand.props[0];
  return TypeGuards.isWordToken(name) ? name.content : undefined;
}

/**
 * `{{ firstname }}` is nearly all that templates consist of. Rendering it without LiquidJS's generators gives
 * the same text in a tenth of the time.
 */
function writeTokenDirectly(output: Output, name: string, escape: Escape): void {
  output.render = (context, emitter) => {
    context.memoryLimit.use(PRICES.output);
    emitter.write(escape((context.environments as Record<string, unknown>)[name], context.memoryLimit));
    return undefined as never;
  };
}

function setEscape(output: Output, escape: Escape, engine: Liquid): void {
  const write = new Filter(
    ESCAPE_TOKEN,
    function (value: unknown) {
      this.context.memoryLimit.use(PRICES.output);
      return escape(value, this.context.memoryLimit);
    },
    engine,
  );
  output.value.filters.splice(-1, 1, write);
}

/**
 * Gives a node its price, and an output the escaping of its place.
 * @returns what it writes, where that takes no more than the tokens
 */
function prepareNode(node: Template, engine: Liquid, rules: OutputRules): ProgramPiece | undefined {
  if (TypeGuards.isHTMLToken(node.token)) {
    const text = node.token.getContent();
    chargeLiteral(node, text);
    return text;
  }
  if (node instanceof RawTag) {
    const text = node.render();
    chargeLiteral(node, text);
    return text;
  }
  if (node instanceof Tag) chargeTag(node);
  if (!(node instanceof Output)) return undefined;
  const escape = rules.escapeAt(node.token.begin, encodingOf(node, rules.defined));
  const name = plainToken(node);
  if (name === undefined || rules.defined.has(name)) {
    setEscape(node, escape, engine);
    return undefined;
  }
  writeTokenDirectly(node, name, escape);
  return { name, escape };
}

/** Gives every node of a parsed template its price, and every output the escaping of its place. */
export function prepareProgram(engine: Liquid, templates: Template[], rules: OutputRules): Program {
  // What stands inside a tag makes the tag itself no piece.
  const pieces = [...walkTemplates(templates)].map((node) => prepareNode(node, engine, rules));
  const isFlat = pieces.every((piece) => piece !== undefined);
  return { engine, templates, pieces: isFlat ? pieces : undefined };
}
