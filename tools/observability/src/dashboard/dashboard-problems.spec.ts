import { describe, expect, it } from '@jest/globals';
import type { Dashboard, Panel } from './dashboard.js';
import { dashboardProblems } from './dashboard-problems.js';
import { queriesOf } from './dashboard.js';

const datasource = { type: 'prometheus', uid: '${datasource}' };
const panel = (id: number, changes: Partial<Panel> = {}): Panel => ({
  id,
  type: 'timeseries',
  title: `Panel ${id}`,
  description: 'What it shows.',
  datasource,
  gridPos: { x: 8 * (id % 3), y: 0, w: 8, h: 8 },
  fieldConfig: { defaults: { unit: 's' } },
  targets: [{ datasource, expr: 'a{namespace="$namespace"}', legendFormat: '{{pod}}' }],
  ...changes,
});
const dashboard = (...panels: Panel[]): Dashboard => ({
  title: 'Fixture',
  uid: 'fixture',
  schemaVersion: 41,
  templating: {
    list: [
      { name: 'datasource', type: 'datasource' },
      { name: 'namespace', type: 'query', datasource, definition: 'label_values(a, namespace)' },
      { name: 'service', type: 'query', datasource, definition: 'label_values(a, service)' },
    ],
  },
  annotations: { list: [{ datasource, expr: 'ALERTS' }] },
  panels,
});

const target = { datasource, expr: 'a{namespace="$namespace"}', legendFormat: 'a' };
const elsewhere = { type: 'prometheus', uid: 'P1809F7CD0C75ACF3' };

describe('dashboardProblems', () => {
  it('has nothing to say against panels side by side', () => {
    expect(dashboardProblems(dashboard(panel(0), panel(1), panel(2)))).toEqual([]);
  });

  it.each<[string, Partial<Panel>]>([
    ['has the id', { id: 0 }],
    ['title "Panel 0"', { title: 'Panel 0' }],
    ['overlap', { gridPos: { x: 7, y: 7, w: 8, h: 8 } }],
    ['wider than the page', { gridPos: { x: 20, y: 8, w: 8, h: 8 } }],
    ['no description', { description: '' }],
    ['no unit', { fieldConfig: { defaults: {} } }],
    ['asks for nothing', { targets: [] }],
    ['no legend', { targets: [{ ...target, legendFormat: '' }] }],
    ['does not keep to the namespace', { targets: [{ ...target, expr: 'a' }] }],
    ['data source', { datasource: elsewhere }],
    ['data source', { targets: [{ ...target, datasource: elsewhere }] }],
  ])('reports: %s', (words, changes) => {
    const [problem, ...more] = dashboardProblems(dashboard(panel(0), panel(1, changes)));
    expect(problem).toContain(words.replace('has the id', 'have the id'));
    expect(more).toEqual([]);
  });

  it('reports variables that are missing, and those that ask another data source', () => {
    const broken = dashboard(panel(0));
    broken.templating.list = [{ name: 'namespace', type: 'query', datasource: elsewhere }];
    expect(dashboardProblems(broken)).toEqual([
      'it has no variable datasource',
      'it has no variable service',
      expect.stringContaining('variable namespace: its data source has to be'),
    ]);
  });
});

describe('queriesOf', () => {
  it('has the expressions of panels, variables and annotations', () => {
    expect(queriesOf(dashboard(panel(0))).map(({ expr }) => expr)).toEqual([
      'a',
      'a',
      'a{namespace="$namespace"}',
      'ALERTS',
    ]);
  });
});
