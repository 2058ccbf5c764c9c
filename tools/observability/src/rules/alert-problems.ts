import { labelsOf } from '../metrics/metric-problems.js';
import { targetLabels } from '../metrics/foreign-metrics.js';
import type { ExposedMetrics } from '../metrics/exposed-metrics.js';
import type { Problem } from '../problem.js';
import { parseExpression } from '../promql/parse-expression.js';
import type { Alert } from './read-rules.js';

const severities: readonly string[] = ['critical', 'warning'];
/** Compared with one certain value, there is nothing to tell but that it is so. */
const isState = (expr: string): boolean => /== [01]$/.test(expr.trim());

/** Where the runbook explains an alert. */
export const runbookOf = (alert: string): string => `docs/operations.md#${alert.toLowerCase()}`;

/** What somebody who is woken up by an alert would miss. */
export function alertProblems({ alert, expr, labels = {}, annotations = {}, ...rule }: Alert): Problem[] {
  const problems: Problem[] = [];
  const { severity = '' } = labels;
  const { summary = '', description = '', runbook_url: runbook = '' } = annotations;
  if (!/^Qflow[A-Z]\w+$/.test(alert)) problems.push('its name has to begin with "Qflow"');
  if (!severities.includes(severity))
    problems.push(`its severity is "${severity}", and has to be one of ${severities.join(', ')}`);
  if (!/^\d+[smhd]$/.test(rule.for ?? '')) problems.push('it has no "for", such as 5m');
  if (summary === '') problems.push('it has no summary');
  if (summary.includes('{{'))
    problems.push('its summary has a value in it, which would make it a title of its own each time');
  if (description === '') problems.push('it has no description');
  else if (!description.includes('$value') && !isState(expr))
    problems.push('its description does not tell the value');
  if (description.trim().includes('\n')) problems.push('its description has a line break in it');
  if (runbook !== runbookOf(alert)) problems.push(`its runbook_url has to be ${runbookOf(alert)}`);
  return problems;
}

/** Labels that its description names and its result does not have: they would be shown as nothing. */
export function descriptionProblems({ expr, annotations = {} }: Alert, exposed: ExposedMetrics): Problem[] {
  const { selectors, groupedBy } = parseExpression(expr);
  const kept =
    groupedBy.length > 0
      ? groupedBy
      : [...targetLabels, ...selectors.flatMap(({ metric }) => labelsOf(metric, exposed))];
  const used = Object.values(annotations).flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)]);
  return used
    .map(([, label = '']) => label)
    .filter((label) => !kept.includes(label))
    .map((label) => `it tells {{ $labels.${label} }}, which its result does not have`);
}
