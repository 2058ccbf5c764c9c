#!/usr/bin/env node
/** `npm run reset`: drops the data of the local stack. */
import './workspace/node-version.js';

const { main } = await import('./workspace/main.js');

await main(async ({ progress }) => {
  const { readOptions } = await import('./workspace/options.js');
  const { lockHolder } = await import('./local-stack/src/bootstrap/lock.js');
  const { prepare } = await import('./workspace/prepare.js');
  const { dataDir } = readOptions(process.argv.slice(2));
  const holder = lockHolder(`${dataDir}/supervisor.lock`);
  if (holder) {
    throw new Error(
      `The stack on ${dataDir} is running (process ${holder.pid}). Stop it first: with Ctrl-C where it was started, ` +
        `or with "kill ${holder.pid}". Nothing was dropped.`,
    );
  }
  await prepare(progress, { build: true });
  const { resetStack } = await import('./local-stack/dist/index.js');
  const dropped = await resetStack(dataDir, (line) => progress.note(line));
  progress.note(dropped ? `Dropped all data in ${dataDir}.` : `There is no data in ${dataDir}.`);
  if (process.env.DATABASE_URL ?? process.env.NATS_URL) {
    progress.note('What DATABASE_URL and NATS_URL point to was left alone.');
  }
  return 0;
});
