import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import type { Problem } from '../problem.js';

/** One matcher of a selector, such as `status=~"5.."`. */
export interface Matcher {
  label: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

/** What an expression reads. */
export interface Selector {
  metric: string;
  matchers: Matcher[];
}

/** A PromQL expression, as far as it can be judged without data. */
export interface Expression {
  selectors: Selector[];
  /** Labels of `by`, which are those that a result still has. */
  groupedBy: string[];
  /** Labels of `on`, `ignoring`, `without` and the like. */
  joinedBy: string[];
  problems: Problem[];
}

/** Parses with the grammar that Prometheus' own user interface uses. Never throws: an error is a problem. */
export function parseExpression(text: string): Expression {
  const expression: Expression = { selectors: [], groupedBy: [], joinedBy: [], problems: [] };
  const textOf = ({ from, to }: { from: number; to: number }): string => text.slice(from, to);
  parser.parse(text).iterate({
    enter({ node }) {
      if (node.type.isError) expression.problems.push(syntaxError(text, node.from));
      if (node.name === 'VectorSelector') expression.selectors.push(selectorOf(node, textOf));
      if (node.name === 'GroupingLabels')
        labelsOf(expression, node).push(...node.getChildren('LabelName').map(textOf));
    },
  });
  if (expression.selectors.length === 0 && expression.problems.length === 0)
    expression.problems.push('it reads no metric');
  return expression;
}

const labelsOf = ({ groupedBy, joinedBy }: Expression, { parent }: SyntaxNode): string[] =>
  parent?.name === 'AggregateModifier' && parent.getChild('By') ? groupedBy : joinedBy;

function selectorOf(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Selector {
  const name = node.getChild('Identifier');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return {
    metric: name ? textOf(name) : '',
    matchers: matchers.map((matcher) => matcherOf(matcher, textOf)),
  };
}

function matcherOf(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Matcher {
  const part = (name: string): string => {
    const child = node.getChild(name);
    return child ? textOf(child) : '';
  };
  const quoted = part('StringLiteral');
  return {
    label: part('LabelName'),
    operator: part('MatchOp') as Matcher['operator'],
    value: quoted.slice(1, -1).replaceAll('\\\\', '\\'),
  };
}

const syntaxError = (text: string, offset: number): Problem =>
  `PromQL syntax error at "${text.slice(Math.max(0, offset - 20), offset)}⟦here⟧${text.slice(offset, offset + 20)}"`;
