#!/usr/bin/env node
/** `npm run admin -- <command>`: runs qflow-admin against the running local stack. */
import './workspace/node-version.js';

const { main } = await import('./workspace/main.js');

await main(async () => {
  const { dataDirOf } = await import('./workspace/options.js');
  const args = process.argv.slice(2);
  // Ours only when it comes first; everything else is the command's.
  const [data, rest] = args[0] === '--data' ? [args[1], args.slice(2)] : [undefined, args];
  const { runAdmin } = await import('./local-stack/dist/index.js').catch(() => {
    throw new Error('Nothing is built yet. Start the stack first: "npm start".');
  });
  return runAdmin(dataDirOf(data), rest);
});
