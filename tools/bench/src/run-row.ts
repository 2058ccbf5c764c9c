import path from 'node:path';
import { resetStack } from '@qflow/local-stack';
import type { Arguments } from './cli/read-arguments.js';
import type { Report, Row, RowResult, Settings } from './row.js';
import { BenchStack } from './stack/bench-stack.js';

/** Runs one row on a stack of its own, which is gone afterwards. */
export async function runRow(
  row: Row,
  { dataDir, keep, root, profile, chosen }: Arguments,
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
    settings: withProfile(row.settings?.(values) ?? {}, profile, path.join(dataDir, 'profiles')),
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

/** The service writes a `.cpuprofile` and a `.heapprofile` into the folder, for the developer tools of a browser. */
function withProfile(settings: Settings, service: Arguments['profile'], folder: string): Settings {
  if (service === undefined) return settings;
  const NODE_OPTIONS = `--import=${new URL('stack/profiled.js', import.meta.url).href}`;
  return { ...settings, [service]: { ...settings[service], NODE_OPTIONS, BENCH_PROFILES: folder } };
}
