#!/usr/bin/env node
/**
 * `npm run fuzz -- [--minutes N] [--seed N] [--only operationId,…] [--data DIR]`: holds the running stack's API
 * against its own /openapi.json. Exits with 1 if an answer breaks a promise.
 */
import './workspace/node-version.js';

const { main } = await import('./workspace/main.js');

await main(async ({ progress }) => {
  const { readFuzzOptions } = await import('./fuzz/options.js');
  const { fuzzStack } = await import('./fuzz/fuzz-stack.js');
  const { prepare } = await import('./workspace/prepare.js');
  const options = readFuzzOptions(process.argv.slice(2));
  await prepare(progress, { build: true });
  return fuzzStack(options);
});
