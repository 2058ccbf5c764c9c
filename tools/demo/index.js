#!/usr/bin/env node
/**
 * `npm run demo`: plays the integrator guide (its five quick-start steps and the worked example) against a running
 * stack, as an integrator would: over HTTP only, with a webhook receiver of its own. Exits with 1 if anything is not as
 * documented.
 *
 * Plain JavaScript without dependencies: it can be read, and copied from, by somebody who integrates tomorrow.
 */
import '../workspace/node-version.js';

const { main } = await import('../workspace/main.js');

await main(async () => {
  const { readOptions } = await import('./options.js');
  const { chooseStack } = await import('./choose-stack.js');
  const { createScreen } = await import('./screen/screen.js');
  const { runDemo } = await import('./run-demo.js');
  const { usage } = await import('./usage.js');
  const options = readOptions(process.argv.slice(2));
  if (options.is === 'help') {
    console.log(usage);
    return 0;
  }
  return runDemo(chooseStack(options), createScreen());
});
