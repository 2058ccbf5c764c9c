import { readFile, writeFile } from 'node:fs/promises';
import { writeCharts } from './charts/write-charts.js';
import { compareResults } from './cli/compare-results.js';
import { describeResults } from './cli/describe-results.js';
import type { Named } from './cli/named.js';
import type { Arguments } from './cli/read-arguments.js';
import { renderTable } from './cli/render-table.js';
import { readEarlier, toJson } from './cli/to-json.js';
import { describeProfiles } from './profiles/describe-profiles.js';
import type { Report } from './row.js';
import { runRow } from './run-row.js';

export { readArguments, type Arguments } from './cli/read-arguments.js';
export { describePlan } from './plan/describe-plan.js';
export { describeRows } from './cli/describe-rows.js';
export { rows, usualRows } from './rows/rows.js';

/** What shows a running step; `tools/start.js` has the same. */
interface Progress {
  step<T>(title: string, work: (report: Pick<Report, 'detail'>) => Promise<T>): Promise<T>;
  readonly note: (line: string) => void;
}

/**
 * Runs the rows one after the other, prints what they came to and writes it as JSON where asked.
 * @returns the exit code: 1 when a row failed, or lost or falsified a delivery. A missed target is told, not failed:
 * figures depend on the machine.
 */
export async function runBench(
  args: Arguments,
  progress: Progress,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  // Read before anything runs: that it cannot be read should not be learned ten minutes later.
  const earlier =
    args.compareFile === undefined ? undefined : readEarlier(await readFile(args.compareFile, 'utf8'));
  const results: Named[] = [];
  const failures: string[] = [];
  if (args.jsonFile !== undefined) await writeFile(args.jsonFile, toJson(results));
  for (const row of args.rows) {
    if (signal.aborted) break;
    try {
      const result = await progress.step(row.name, ({ detail }) =>
        runRow(row, args, { detail, note: progress.note }, signal),
      );
      results.push({ name: row.name, ...result });
      // After each: whoever ends the run by force keeps what there is.
      if (args.jsonFile !== undefined) await writeFile(args.jsonFile, toJson(results));
    } catch (error) {
      failures.push(
        signal.aborted ? `${row.name} was stopped.` : `${row.name} failed: ${(error as Error).message}`,
      );
    }
  }
  progress.note(describeResults(results));
  if (earlier) progress.note(`Since then:\n\n${renderTable(compareResults(results, earlier))}\n`);
  await tellFiles(args, results, progress.note);
  for (const failure of failures) progress.note(failure);
  const broken = results.some(({ lost, wrong = 0 }) => lost > 0 || wrong > 0);
  return broken || failures.length > 0 ? 1 : 0;
}

/** Writes what belongs to the results, and says where it is. */
async function tellFiles(
  { chartsDir, profiles: services, profilesDir }: Arguments,
  results: readonly Named[],
  note: Progress['note'],
): Promise<void> {
  const charts = await writeCharts(chartsDir, results);
  if (charts.length > 0) note(`Charts: ${charts.join(', ')}`);
  const rows = results.map(({ name }) => name);
  if (services.length > 0) note(await describeProfiles({ rows, services, folder: profilesDir }));
}
