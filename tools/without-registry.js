#!/usr/bin/env node
/**
 * `npm run without-registry`: builds the images and runs the compose stack where no container registry can be reached.
 * See docker/README.md.
 */
import path from 'node:path';
import './workspace/node-version.js';

const { main } = await import('./workspace/main.js');

await main(async ({ progress }) => {
  const { prepare } = await import('./workspace/prepare.js');
  const { environment, packageProgram, root, runQuietly } = await import('./workspace/run.js');
  await prepare(progress, { build: false });
  const [command, tsc] = packageProgram('typescript', 'tsc');
  await runQuietly(command, [tsc, '-b', path.join(root, 'tools/images/tsconfig.lib.json')], { name: 'tsc' });
  const { readOptions, usage, withoutRegistry } = await import('./images/dist/without-registry/index.js');
  const options = readOptions(process.argv.slice(2), {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: process.env,
  });
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const ending = new globalThis.AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => ending.abort());
  const folder = path.join(root, '.local/without-registry');
  return withoutRegistry(options, { progress, env: environment(), folder, signal: ending.signal });
});
