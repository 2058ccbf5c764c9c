import { describe, expect, it } from '@jest/globals';
import { readExposition } from '../metrics/exposed-metrics.js';
import { alertProblems, descriptionProblems } from './alert-problems.js';
import type { Alert } from './read-rules.js';

const good: Alert = {
  alert: 'QflowSendsFail',
  expr: 'sum by (pod) (rate(qflow_sends_total{outcome="failed"}[5m])) > 1',
  for: '5m',
  labels: { severity: 'critical' },
  annotations: {
    summary: 'Sends fail',
    description: '{{ $labels.pod }} fails {{ $value }} sends a second.',
    runbook_url: 'docs/operations.md#qflowsendsfail',
  },
};
const exposed = readExposition(['qflow_sends_total{outcome="failed"} 1']);

const annotated = (annotations: Record<string, string>): Alert => ({
  ...good,
  annotations: { ...good.annotations, ...annotations },
});

describe('alertProblems', () => {
  it('has nothing to say against a good one', () => {
    expect(alertProblems(good)).toEqual([]);
  });

  it('does not want the value of what is compared with 0 or 1', () => {
    const state = { ...annotated({ description: 'It is down.' }), expr: 'qflow_up == 0\n' };
    expect(alertProblems(state)).toEqual([]);
  });

  it.each<[string, Alert]>([
    [
      'begin with "Qflow"',
      {
        ...good,
        alert: 'SendsFail',
        annotations: { ...good.annotations, runbook_url: 'docs/operations.md#sendsfail' },
      },
    ],
    ['its severity is "page"', { ...good, labels: { severity: 'page' } }],
    ['its severity is ""', { ...good, labels: {} }],
    [
      'no "for"',
      {
        alert: good.alert,
        expr: good.expr,
        labels: { severity: 'warning' },
        annotations: { ...good.annotations },
      },
    ],
    ['no summary', annotated({ summary: '' })],
    ['a value in it', annotated({ summary: '{{ $value }} sends fail' })],
    ['no description', annotated({ description: '' })],
    ['line break', annotated({ description: '{{ $value }} sends\nfail.' })],
    ['does not tell the value', annotated({ description: 'Sends fail.' })],
    [
      'has to be docs/operations.md#qflowsendsfail',
      annotated({ runbook_url: 'docs/operations.md#sendsfail' }),
    ],
  ])('reports: %s', (words, alert) => {
    expect(alertProblems(alert)).toEqual([expect.stringContaining(words)]);
  });
});

describe('descriptionProblems', () => {
  it('knows the labels of a result', () => {
    expect(descriptionProblems(good, exposed)).toEqual([]);
    const plain = {
      ...annotated({ description: '{{ $labels.outcome }} {{ $value }}' }),
      expr: 'qflow_sends_total > 1',
    };
    expect(descriptionProblems(plain, exposed)).toEqual([]);
  });

  it('reports a label that was summed away', () => {
    expect(descriptionProblems(annotated({ description: '{{ $labels.service }}' }), exposed)).toEqual([
      'it tells {{ $labels.service }}, which its result does not have',
    ]);
  });
});
