#!/usr/bin/env node
/** `npm start`: installs and builds what is missing or stale, then runs the local stack until Ctrl-C. */
import './workspace/node-version.js';

const { main } = await import('./workspace/main.js');

await main(async ({ progress }) => {
  const { endWithNpm } = await import('./workspace/end-with-npm.js');
  endWithNpm();
  const { readOptions } = await import('./workspace/options.js');
  const { lockHolder } = await import('./local-stack/src/bootstrap/lock.js');
  const { prepare } = await import('./workspace/prepare.js');
  const { dataDir, port } = readOptions(process.argv.slice(2));
  // Before anything is touched: a running stack runs from what an install or a build would replace.
  if (!lockHolder(`${dataDir}/supervisor.lock`)) await prepare(progress, { build: true });
  const { runForeground } = await import('./local-stack/dist/index.js');
  return runForeground({ dataDir, port, progress });
});
