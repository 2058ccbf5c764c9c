import { TypeGuards, Value, type Template } from 'liquidjs';
import { walkTemplates } from './walk-templates.js';

/** A variable as far as it is known without rendering: `guest.name` is `['guest', 'name']`. */
type Path = readonly string[];

/** The names of a template. */
export interface TemplateVariables {
  /** Roots of everything it reads, in order of appearance, each with its first full path. */
  readonly read: ReadonlyMap<string, string>;
  /** Names that it defines itself, with `assign`, `capture` and `for`. */
  readonly defined: ReadonlySet<string>;
}

function* pathsOf(node: unknown): Generator<Path> {
  if (node instanceof Value) {
    for (const operand of node.initial.postfix) yield* pathsOf(operand);
    for (const filter of node.filters) {
      // A named argument is a pair of name and value.
      for (const argument of filter.args) yield* pathsOf(Array.isArray(argument) ? argument[1] : argument);
    }
  } else if (TypeGuards.isFilteredValueToken(node)) {
    for (const operand of node.initial.postfix) yield* pathsOf(operand);
  } else if (TypeGuards.isRangeToken(node)) {
    yield* pathsOf(node.lhs);
    yield* pathsOf(node.rhs);
  } else if (TypeGuards.isPropertyAccessToken(node)) {
    const names: Path = node.props.map((part) =>
      TypeGuards.isWordToken(part) || TypeGuards.isQuotedToken(part) ? part.content : '',
    );
    for (const part of node.props) yield* pathsOf(part);
    // `"text".size` has no root, and in `[x].y` only the guest's data would tell it.
    if (!node.variable && names[0]) yield names.filter(Boolean);
  }
}

/**
 * The variables of a parsed template, through the same hooks (`arguments`, `localScope`, `blockScope`) as
 * LiquidJS's static analysis. That one also works out the line of each by counting from the start, which takes
 * seconds for a long template full of tokens.
 */
export function templateVariables(templates: readonly Template[]): TemplateVariables {
  const read = new Map<string, string>();
  const defined = new Set<string>();
  for (const template of walkTemplates(templates)) {
    for (const node of template.arguments?.() ?? []) {
      for (const path of pathsOf(node)) if (!read.has(path[0]!)) read.set(path[0]!, path.join('.'));
    }
    for (const name of template.localScope?.() ?? []) defined.add(name.content);
    for (const name of template.blockScope?.() ?? []) defined.add(name);
  }
  return { read, defined };
}
