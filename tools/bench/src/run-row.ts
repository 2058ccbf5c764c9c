import path from 'node:path';
import { resetStack } from '@qflow/local-stack';
import type { Arguments } from './cli/read-arguments.js';
import type { Report, Row, RowResult } from './row.js';
import { BenchStack } from './stack/bench-stack.js';

/** Runs one row on a stack of its own, which is gone afterwards. */
export async function runRow(
  row: Row,
  { dataDir, keep, root, chosen }: Arguments,
  report: Report,
  signal: AbortSignal,
): Promise<RowResult> {
  const folder = path.join(dataDir, row.name);
  const values = Object.fromEntries(
    Object.entries(row.options).map(([name, option]) => [name, chosen[name] ?? option.default]),
  );
  if (!keep) await resetStack(folder, report.note);
  report.detail('starting a stack');
  const stack = await BenchStack.start({
    dataDir: folder,
    root,
    settings: row.settings?.(values) ?? {},
    log: report.note,
    signal,
  });
  try {
    return await row.run(stack, values, report);
  } finally {
    report.detail('stopping');
    await stack.stop();
    if (!keep) await resetStack(folder, report.note);
  }
}
