import { figure, renderTable } from '../cli/render-table.js';
import { planCapacity } from './capacity.js';

/** Sends a second, and what they are called. */
const loads: readonly (readonly [number, string])[] = [
  [1_000, '1×'],
  [10_000, '10×'],
  [100_000, '100×'],
  [1_000_000, '1,000×'],
];

/**
 * What 1, 10, 100 and 1,000 times a thousand sends a second need: cores and instances, by process.
 * @param json of a run with the row `pipeline`, as `--json` writes it
 * @throws Error when it has no such row, or one without costs
 */
export function describePlan(json: string): string {
  const { rows } = JSON.parse(json) as Results;
  const costs = rows.find(({ name }) => name === 'pipeline')?.cpuSecondsPer1000;
  if (!costs) throw new Error('The file has no row "pipeline" with its CPU costs.');
  const plans = loads.map(([sendsPerSecond]) => planCapacity(costs, sendsPerSecond));
  const names = plans[0]?.needs.map(({ process }) => process) ?? [];
  const cell = (plan: number, name: string): string => {
    const need = plans[plan]?.needs.find(({ process }) => process === name);
    return need ? `${figure(Math.ceil(need.cores * 10) / 10)} (${figure(need.instances)})` : '–';
  };
  return renderTable({
    columns: [
      'cores (instances)',
      'CPU ms per send',
      ...loads.map(([rate, text]) => `${text} ${figure(rate)}/s`),
    ],
    rows: names.map((name) => [
      name,
      (costs[name] ?? 0).toFixed(3),
      ...loads.map((_, plan) => cell(plan, name)),
    ]),
  });
}

interface Results {
  readonly rows: readonly { readonly name: string; readonly cpuSecondsPer1000?: Record<string, number> }[];
}
