import { describe, expect, it } from '@jest/globals';
import { parseExpression } from '../promql/parse-expression.js';
import { readExposition } from './exposed-metrics.js';
import { metricProblems } from './metric-problems.js';

const exposed = readExposition([
  [
    '# HELP qflow_sends_total Sends, by outcome.',
    '# TYPE qflow_sends_total counter',
    'qflow_sends_total{outcome="accepted",code=""} 3',
    'qflow_sends_total{outcome="rejected",code="a \\"quoted\\" one"} 1',
    '# TYPE qflow_seconds histogram',
    'qflow_seconds_bucket{le="0.5",route="/api/guest"} 1',
    'qflow_seconds_bucket{le="+Inf",route="/api/guest"} 1',
    'qflow_seconds_sum{route="/api/guest"} 0.25',
    'qflow_seconds_count{route="/api/guest"} 1',
  ].join('\n'),
  'qflow_up 1\nqflow_requests_total{status="200"} 1e3 1700000000000',
]);

const problemsOf = (expr: string, recorded: string[] = []): string[] =>
  metricProblems(parseExpression(expr), exposed, recorded);

describe('metricProblems', () => {
  it.each([
    'rate(qflow_sends_total{outcome!="rejected", namespace="x"}[5m])',
    'histogram_quantile(0.9, sum by (pod, le) (rate(qflow_seconds_bucket{route=~"/api/(guest|send)"}[5m])))',
    'sum by (namespace, outcome) (qflow_sends_total) / on (namespace) group_left () sum by (namespace) (qflow_up)',
    'rate(qflow_requests_total{status=~"5.."}[5m])',
    'qflow:sends:rate5m and on (namespace) kube_job_failed{condition="true"}',
  ])('has nothing to say against %s', (expr) => {
    expect(problemsOf(expr, ['qflow:sends:rate5m'])).toEqual([]);
  });

  it.each([
    ['qflow_send_total', 'no service exposes qflow_send_total, and no rule records it'],
    ['qflow:sends:rate1h', 'no service exposes qflow:sends:rate1h, and no rule records it'],
    ['rate(qflow_seconds[5m])', 'no service exposes qflow_seconds, and no rule records it'],
    ['qflow_sends_total{result="accepted"}', 'qflow_sends_total has no label "result"'],
    [
      'qflow_sends_total{outcome="acepted"}',
      'qflow_sends_total never has outcome="acepted", only accepted, rejected',
    ],
    [
      'qflow_seconds_count{route=~"/api/gests?"}',
      'qflow_seconds_count never has route=~"/api/gests?", only /api/guest',
    ],
    ['sum by (reason) (qflow_sends_total)', 'none of its metrics has a label "reason" to group or join by'],
    ['kube_job_failed{state="true"}', 'kube_job_failed has no label "state"'],
  ])('reports %s', (expr, problem) => {
    expect(problemsOf(expr)).toEqual([problem]);
  });

  it('does not take for metrics what is none', () => {
    expect(() => readExposition(['<html>502 Bad Gateway</html>'])).toThrow('not a sample');
  });
});
