import type { DescribedRule } from '../../../faults/rules/fault-rule.js';
import { percent } from './faults-in-words.js';

/** A rule as a row of the list. */
export function ruleInWords(rule: DescribedRule): Record<string, string | boolean> {
  const { id, fault, delayMs, resetSeconds, status, probability, times, matched, hits, spent } = rule;
  const measures = [
    delayMs === undefined ? '' : `${delayMs} ms`,
    resetSeconds === undefined ? '' : `reset in ${resetSeconds} s`,
    status === undefined ? '' : String(status),
    probability === 1 ? '' : percent(probability),
    times === null ? '' : `at most ${times === 1 ? 'once' : `${times} times`}`,
  ];
  return {
    id,
    fault,
    measures: measures.filter(Boolean).join(', '),
    match: matchInWords(rule) || 'every mail',
    standing: `fitted ${matched}, hit ${hits}`,
    spent,
  };
}

function matchInWords({ match: { to, from, subject, customArg = {} } }: DescribedRule): string {
  const parts = { to, from, subject, ...customArg };
  return Object.entries(parts)
    .filter(([, pattern]) => pattern !== undefined)
    .map(([name, pattern]) => `${name} ${pattern}`)
    .join(', ');
}
