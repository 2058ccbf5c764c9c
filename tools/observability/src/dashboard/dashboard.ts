/** What of Grafana's dashboard model (schema version 41) matters here. */
export interface Dashboard {
  title: string;
  uid: string;
  schemaVersion: number;
  templating: { list: Variable[] };
  annotations: { list: Query[] };
  panels: Panel[];
}

export interface DataSource {
  type: string;
  uid: string;
}

export interface Variable {
  name: string;
  type: string;
  datasource?: DataSource;
  /** Of a variable of type `query`: how its values are found. */
  definition?: string;
}

export interface Query {
  expr?: string;
  legendFormat?: string;
  datasource?: DataSource;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: DataSource;
  gridPos: Area;
  fieldConfig?: { defaults: { unit?: string } };
  targets?: Query[];
}

/** In columns, of which there are 24, and rows. */
export interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Names of its variables. */
export const variablesOf = ({ templating }: Dashboard): string[] => templating.list.map(({ name }) => name);

/** Every expression that it asks Prometheus, with the place it is at. */
export function queriesOf({ panels, annotations, templating }: Dashboard): { place: string; expr: string }[] {
  const values = templating.list.flatMap(({ name, definition }) => {
    const metric = /^label_values\((.+), \w+\)$/.exec(definition ?? '')?.[1];
    return metric === undefined ? [] : [{ place: `variable ${name}`, expr: metric }];
  });
  const shown = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr = '' }) => ({ place: `panel "${title}"`, expr })),
  );
  return [...values, ...shown, ...annotations.list.map(({ expr = '' }) => ({ place: 'annotations', expr }))];
}
