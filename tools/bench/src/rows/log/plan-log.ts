/** A node of a plan as `EXPLAIN (FORMAT JSON)` has it, as far as it counts here. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A part of a statement's work, as `log_min_duration_statement` has it: `bind` is where it is planned. */
export interface LoggedStep {
  readonly kind: 'parse' | 'bind' | 'execute' | 'statement';
  readonly durationMs: number;
  readonly query: string;
}

/** A plan as auto_explain has it (`log_format = json`). */
export interface LoggedPlan {
  readonly kind: 'plan';
  readonly durationMs: number;
  readonly query: string;
  readonly plan: PlanNode;
}

const step = /duration: ([\d.]+) ms {2}(parse|bind|execute|statement)[^:]*: (.*)$/;
const plan = /duration: ([\d.]+) ms {2}plan:\s*$/;

/** Reads durations and plans from a server's log. What a line is followed by belongs to it where it begins with a tab. */
export function readStatements(log: string): (LoggedStep | LoggedPlan)[] {
  return log
    .split(/\n(?!\t)/)
    .map(readEntry)
    .filter((entry) => entry !== undefined);
}

function readEntry(entry: string): LoggedStep | LoggedPlan | undefined {
  const [line = '', ...more] = entry.split('\n');
  const [, took, kind, begin] = step.exec(line) ?? [];
  if (kind !== undefined) {
    const query = [begin, ...more].join('\n');
    return { kind: kind as LoggedStep['kind'], durationMs: Number(took), query };
  }
  const [, ran] = plan.exec(line) ?? [];
  const parsed = ran === undefined ? undefined : parse(more.join('\n'));
  return parsed && { kind: 'plan', durationMs: Number(ran), query: parsed['Query Text'], plan: parsed.Plan };
}

/** The last one may still be in the writing. */
function parse(text: string): { 'Query Text': string; Plan: PlanNode } | undefined {
  try {
    return JSON.parse(text) as { 'Query Text': string; Plan: PlanNode };
  } catch {
    return undefined;
  }
}

/** The days in the names of partitions and their indexes are all alike to a reader. */
const withoutDay = (name: string): string => name.replace(/_\d{8}/, '');

/**
 * A plan in one line: its nodes from the top down, each kind once; which indexes it used; how many scans were made and
 * how many pruned while running; rows that came out and rows that were read in vain; pages touched.
 */
export function summarisePlan(top: PlanNode): string {
  const nodes = [...nodesOf(top)];
  const kinds = [...new Set(nodes.map((node) => node['Node Type']))].join(' < ');
  const scans = nodes.filter((node) => node['Relation Name'] ?? node['Index Name']);
  const made = scans.filter((node) => (node['Actual Loops'] ?? 0) > 0);
  const indexes = new Set(
    made.map((node) => withoutDay(node['Index Name'] ?? `${node['Relation Name']}, no index`)),
  );
  const removed = nodes.reduce(
    (sum, node) => sum + (node['Rows Removed by Filter'] ?? 0) * (node['Actual Loops'] ?? 1),
    0,
  );
  const pages = (top['Shared Hit Blocks'] ?? 0) + (top['Shared Read Blocks'] ?? 0);
  return [
    kinds,
    ...(indexes.size > 0 ? [`on ${[...indexes].join(', ')}`] : []),
    `${made.length} of ${scans.length} scans`,
    `${top['Actual Rows'] ?? 0} rows${removed > 0 ? `, ${removed} read in vain` : ''}`,
    `${pages} pages`,
  ].join('; ');
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const below of node.Plans ?? []) yield* nodesOf(below);
}
