import path from 'node:path';
import { resetStack } from '@qflow/local-stack';
import type { Arguments } from './cli/read-arguments.js';
import { withProfiles } from './profiles/with-profiles.js';
import type { Report, Row, RowResult, StackRow } from './row.js';
import { BenchStack } from './stack/bench-stack.js';

/** Runs one row in a folder of its own, which is gone afterwards unless it is to be kept. */
export async function runRow(
  row: Row,
  args: Arguments,
  report: Report,
  signal: AbortSignal,
): Promise<RowResult> {
  const { dataDir, keep, root, chosen } = args;
  const folder = path.join(dataDir, row.name);
  const values = Object.fromEntries(
    Object.entries(row.options).map(([name, option]) => [name, chosen[name] ?? option.default]),
  );
  if (!keep) await resetStack(folder, report.note);
  try {
    if ('runAlone' in row) return await row.runAlone({ dataDir: folder, root, signal }, values, report);
    return await runOnStack(row, { ...args, folder, values }, report, signal);
  } finally {
    if (!keep) await resetStack(folder, report.note);
  }
}

type Run = Arguments & { readonly folder: string; readonly values: Readonly<Record<string, number>> };

async function runOnStack(
  row: StackRow,
  { folder, root, profiles, profilesDir, values }: Run,
  report: Report,
  signal: AbortSignal,
): Promise<RowResult> {
  report.detail('starting a stack');
  const stack = await BenchStack.start({
    dataDir: folder,
    root,
    settings: withProfiles(row.settings?.(values) ?? {}, {
      row: row.name,
      services: profiles,
      folder: profilesDir,
    }),
    log: report.note,
    signal,
  });
  try {
    return await row.run(stack, values, report);
  } finally {
    report.detail('stopping');
    await stack.stop();
  }
}
