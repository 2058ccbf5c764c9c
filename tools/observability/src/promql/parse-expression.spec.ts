import { describe, expect, it } from '@jest/globals';
import { withoutVariables } from './grafana-variables.js';
import { parseExpression } from './parse-expression.js';

describe('parseExpression', () => {
  it('finds metrics, matchers, and labels that are kept', () => {
    const { selectors, groupedBy, joinedBy, problems } = parseExpression(
      'sum by (service, le) (rate(a_total{state="busy", path=~"/x\\\\.y|z"}[5m])) / on (pod) group_left (node) b',
    );
    expect(problems).toEqual([]);
    expect(selectors).toEqual([
      {
        metric: 'a_total',
        matchers: [
          { label: 'state', operator: '=', value: 'busy' },
          { label: 'path', operator: '=~', value: '/x\\.y|z' },
        ],
      },
      { metric: 'b', matchers: [] },
    ]);
    expect(groupedBy).toEqual(['service', 'le']);
    expect(joinedBy).toEqual(['pod', 'node']);
  });

  it('does not keep the labels of `without`', () => {
    expect(parseExpression('sum without (pod) (a)')).toMatchObject({ groupedBy: [], joinedBy: ['pod'] });
  });

  it.each([
    ['a bracket that is not closed', 'sum(rate(a_total[5m])'],
    ['a matcher without quotes', 'a_total{state=busy}'],
    ['no operator', 'a_total b_total'],
    ['a duration that is none', 'rate(a_total[5x])'],
  ])('reports %s', (_, text) => {
    expect(parseExpression(text).problems).toContainEqual(expect.stringContaining('syntax error'));
  });

  it('reports an expression that reads nothing', () => {
    expect(parseExpression('1 + 1').problems).toEqual(['it reads no metric']);
  });
});

describe('withoutVariables', () => {
  it('puts values in the place of variables', () => {
    expect(
      withoutVariables('rate(a{ns="$namespace", s=~"${service}"}[$__rate_interval])', [
        'namespace',
        'service',
      ]),
    ).toEqual({ text: 'rate(a{ns=".+", s=~".+"}[5m])', problems: [] });
  });

  it('reports a variable that nobody defines', () => {
    expect(withoutVariables('a{ns="$cluster"}', ['namespace']).problems).toEqual([
      '$cluster is not a variable of the dashboard',
    ]);
  });
});
