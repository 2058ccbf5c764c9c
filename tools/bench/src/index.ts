import { writeFile } from 'node:fs/promises';
import type { Arguments } from './cli/read-arguments.js';
import { describeResults, toJson, type Named } from './cli/describe-results.js';
import type { Report } from './row.js';
import { runRow } from './run-row.js';

export { readArguments, type Arguments } from './cli/read-arguments.js';
export { describeRows } from './cli/describe-rows.js';
export { rows } from './rows/rows.js';

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
  const results: Named[] = [];
  const failures: string[] = [];
  for (const row of args.rows) {
    if (signal.aborted) break;
    try {
      const result = await progress.step(row.name, ({ detail }) =>
        runRow(row, args, { detail, note: progress.note }, signal),
      );
      results.push({ name: row.name, ...result });
    } catch (error) {
      failures.push(
        signal.aborted ? `${row.name} was stopped.` : `${row.name} failed: ${(error as Error).message}`,
      );
    }
  }
  progress.note(describeResults(results));
  for (const failure of failures) progress.note(failure);
  if (args.jsonFile !== undefined) await writeFile(args.jsonFile, toJson(results));
  const broken = results.some(({ lost, wrong = 0 }) => lost > 0 || wrong > 0);
  return broken || failures.length > 0 ? 1 : 0;
}
