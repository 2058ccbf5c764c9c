import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  alertProblems,
  at,
  dashboardProblems,
  isAlert,
  parseExpression,
  queriesOf,
  runbookProblems,
  variablesOf,
  withoutVariables,
  type Dashboard,
  type Rule,
} from '../src/index.js';
import { componentFile, dashboard, operationsPage, ruleGroups } from './files.js';

let rules: Rule[];
let board: Dashboard;

beforeAll(async () => {
  rules = (await ruleGroups()).flatMap((group) => group.rules);
  board = await dashboard();
});

const nameOf = (rule: Rule): string => (isAlert(rule) ? rule.alert : rule.record);

describe('the rules', () => {
  it('parse', () => {
    expect(rules.flatMap((rule) => at(nameOf(rule), parseExpression(rule.expr).problems))).toEqual([]);
  });

  it('have names of their own', () => {
    const names = rules.map(nameOf);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('tell whoever is woken up what they need', () => {
    expect(rules.filter(isAlert).flatMap((rule) => at(rule.alert, alertProblems(rule)))).toEqual([]);
  });

  it('are all explained in docs/operations.md, and nothing else is', async () => {
    const alerts = rules.filter(isAlert).map(({ alert }) => alert);
    expect(runbookProblems(await operationsPage(), alerts)).toEqual([]);
  });

  it('are all in the kustomization', async () => {
    const kustomization = await componentFile('kustomization.yaml');
    for (const { name } of await ruleGroups())
      expect(kustomization).toContain(`rules/${name.replace(/^qflow-|-figures$/g, '')}.yaml`);
  });
});

describe('the dashboard', () => {
  it('parses', () => {
    const problems = queriesOf(board).flatMap(({ place, expr }) => {
      const { text, problems: unknown } = withoutVariables(expr, variablesOf(board));
      return at(place, [...unknown, ...parseExpression(text).problems]);
    });
    expect(problems).toEqual([]);
  });

  it('looks right in any Grafana', () => {
    expect(board.schemaVersion).toBe(41);
    expect(dashboardProblems(board)).toEqual([]);
  });

  it('has a place for everything an alert can be about', () => {
    const rows = board.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows).toEqual(['Accept', 'Pipeline', 'Provider', 'Webhooks', 'Streams and outbox', 'Runtime']);
  });
});
