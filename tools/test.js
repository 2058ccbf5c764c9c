#!/usr/bin/env node
/**
 * `npm test`: everything that has to be true of this workspace. Every step runs even when one before it has failed;
 * the last line says how many tests passed and failed.
 */
import './workspace/node-version.js';

const { main } = await import('./workspace/main.js');

await main(async ({ progress }) => {
  const { prepare } = await import('./workspace/prepare.js');
  await prepare(progress, { build: false });
  // Only now is there anything to check with.
  const { checkWorkspace } = await import('./workspace/check.js');
  return checkWorkspace(progress);
});
