import type { Problem } from '../problem.js';
import type { Expression, Matcher, Selector } from '../promql/parse-expression.js';
import type { ExposedMetrics } from './exposed-metrics.js';
import { foreignMetrics, targetLabels } from './foreign-metrics.js';

/** Values of these come with traffic, with trouble, or with settings: that they are not there now says nothing. */
const openLabels: readonly string[] = ['status', 'le', 'provider'];

/**
 * What an expression asks for and nobody exposes: metrics, labels, and values of labels. Prometheus would answer such an
 * expression with nothing, for ever, and an alert would be silent.
 * @param recorded names of recording rules
 */
export function metricProblems(
  { selectors, groupedBy, joinedBy }: Expression,
  exposed: ExposedMetrics,
  recorded: readonly string[],
): Problem[] {
  const problems = selectors.flatMap((selector) => selectorProblems(selector, exposed, recorded));
  // What recording rules and other metrics have beside the labels of targets is what an expression may group by.
  const known = new Set([
    ...targetLabels,
    'le',
    ...selectors.flatMap(({ metric }) => labelsOf(metric, exposed)),
  ]);
  for (const label of new Set([...groupedBy, ...joinedBy]))
    if (!known.has(label)) problems.push(`none of its metrics has a label "${label}" to group or join by`);
  return problems;
}

/** Labels that a metric has beside those of its target. */
export const labelsOf = (metric: string, exposed: ExposedMetrics): string[] => [
  ...(foreignMetrics[metric] ?? []),
  ...(exposed.get(metric)?.keys() ?? []),
];

function selectorProblems(
  { metric, matchers }: Selector,
  exposed: ExposedMetrics,
  recorded: readonly string[],
): Problem[] {
  if (!exposed.has(metric) && !(metric in foreignMetrics) && !recorded.includes(metric))
    return [`no service exposes ${metric}, and no rule records it`];
  return matchers.flatMap((matcher) => matcherProblems(metric, matcher, exposed));
}

function matcherProblems(
  metric: string,
  { label, operator, value }: Matcher,
  exposed: ExposedMetrics,
): Problem[] {
  if (targetLabels.includes(label)) return [];
  if (!labelsOf(metric, exposed).includes(label)) return [`${metric} has no label "${label}"`];
  const values = exposed.get(metric)?.get(label);
  if (!values || openLabels.includes(label)) return [];
  const pattern = new RegExp(`^(?:${value})$`);
  const fits = (one: string): boolean => (operator.endsWith('~') ? pattern.test(one) : one === value);
  return [...values].some(fits)
    ? []
    : [`${metric} never has ${label}${operator}"${value}", only ${[...values].sort().join(', ')}`];
}
