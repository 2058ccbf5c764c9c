#!/usr/bin/env node
/**
 * `npm run bench -- [row…] [options]`: measures the platform on a stack of its own, prints a table and, with
 * `--json FILE`, writes it. `--list` shows what there is. See tools/bench/README.md.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import './workspace/node-version.js';

const { main } = await import('./workspace/main.js');

await main(async ({ progress }) => {
  const { buildBench } = await import('./bench/build.js');
  const { dataDirOf } = await import('./workspace/options.js');
  await buildBench(progress);
  const { describePlan, describeRows, readArguments, rows, runBench, usualRows } =
    await import('./bench/dist/index.js');
  const args = readArguments(process.argv.slice(2), {
    rows,
    usualRows,
    defaultDataDir: path.join(dataDirOf(), 'bench'),
    cwd: process.env.INIT_CWD ?? process.cwd(),
  });
  if (args.list) {
    console.log(describeRows(rows, usualRows));
    return 0;
  }
  if (args.planFile !== undefined) {
    console.log(describePlan(await readFile(args.planFile, 'utf8')));
    return 0;
  }
  const ending = new globalThis.AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => ending.abort());
  return runBench(args, progress, ending.signal);
});
