/** The samples that services expose: by metric name, the values that each of its labels has. */
export type ExposedMetrics = Map<string, Map<string, Set<string>>>;

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+(?: \d+)?$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/**
 * Reads answers of `/metrics` (text format 0.0.4). Histograms are there under the names of their samples: `_bucket`, `_sum`
 * and `_count`.
 */
export function readExposition(texts: readonly string[]): ExposedMetrics {
  const metrics: ExposedMetrics = new Map();
  for (const line of texts.join('\n').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labels = ''] = sample.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a sample of the text format: ${line}`);
    addLabels(metrics, name, labels);
  }
  return metrics;
}

function addLabels(metrics: ExposedMetrics, name: string, labels: string): void {
  const known = metrics.get(name) ?? new Map<string, Set<string>>();
  metrics.set(name, known);
  for (const [, key = '', value = ''] of labels.matchAll(label))
    known.set(key, (known.get(key) ?? new Set<string>()).add(value));
}
