import type { Problem } from '../problem.js';

/** What Grafana puts in by itself. */
const builtIn: Readonly<Record<string, string>> = {
  __rate_interval: '5m',
  __interval: '30s',
  __range: '3h',
};

/**
 * Puts a value in the place of every variable, as Grafana does before it asks Prometheus.
 * @param names variables of the dashboard
 */
export function withoutVariables(
  expression: string,
  names: readonly string[],
): { text: string; problems: Problem[] } {
  const problems: Problem[] = [];
  const text = expression.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    if (names.includes(name)) return '.+';
    const value = builtIn[name];
    if (value === undefined) problems.push(`${whole} is not a variable of the dashboard`);
    return value ?? whole;
  });
  return { text, problems };
}
