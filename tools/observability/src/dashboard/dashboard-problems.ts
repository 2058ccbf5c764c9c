import { at, type Problem } from '../problem.js';
import type { Area, Dashboard, DataSource, Panel, Query } from './dashboard.js';

const columns = 24;
const wantedSource: DataSource = { type: 'prometheus', uid: '${datasource}' };
const wantedVariables = ['datasource', 'namespace', 'service'];

/** What would look wrong in Grafana, or work only in the one it was made with. */
export function dashboardProblems(dashboard: Dashboard): Problem[] {
  const { panels, templating, annotations } = dashboard;
  const names = templating.list.map(({ name }) => name);
  return [
    ...wantedVariables.filter((name) => !names.includes(name)).map((name) => `it has no variable ${name}`),
    ...repeated(panels.map(({ id }) => String(id))).map((id) => `several panels have the id ${id}`),
    ...repeated(panels.map(({ title }) => title)).map((title) => `several panels have the title "${title}"`),
    ...overlaps(panels),
    ...templating.list
      .filter(({ type }) => type === 'query')
      .flatMap((variable) => at(`variable ${variable.name}`, sourceProblems(variable))),
    ...annotations.list.flatMap((query) => at('annotations', sourceProblems(query))),
    ...panels.flatMap((panel) => at(`panel "${panel.title}"`, panelProblems(panel))),
  ];
}

const repeated = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

function overlaps(panels: readonly Panel[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, one] of panels.entries()) {
    const { x, w } = one.gridPos;
    if (x < 0 || x + w > columns) problems.push(`panel "${one.title}" is wider than the page`);
    for (const other of panels.slice(index + 1))
      if (overlap(one.gridPos, other.gridPos))
        problems.push(`panels "${one.title}" and "${other.title}" overlap`);
  }
  return problems;
}

const overlap = (a: Area, b: Area): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function panelProblems(panel: Panel): Problem[] {
  if (panel.type === 'row') return [];
  const { description = '', fieldConfig, targets = [] } = panel;
  const problems = sourceProblems(panel);
  if (description === '') problems.push('it has no description');
  if (!fieldConfig?.defaults.unit) problems.push('it has no unit');
  if (targets.length === 0) problems.push('it asks for nothing');
  for (const target of targets) problems.push(...targetProblems(target));
  return problems;
}

function targetProblems(target: Query): Problem[] {
  const problems = sourceProblems(target);
  if (!target.legendFormat) problems.push('a query has no legend');
  if (!target.expr?.includes('$namespace')) problems.push('a query does not keep to the namespace');
  return problems;
}

const sourceProblems = ({ datasource }: { datasource?: DataSource }): Problem[] =>
  datasource?.type === wantedSource.type && datasource.uid === wantedSource.uid
    ? []
    : [`its data source has to be ${JSON.stringify(wantedSource)}`];
