#!/usr/bin/env node
/**
 * `npm run kind:demo`: plays the demo of `npm run demo` against the platform in a cluster, with the account that was
 * made there. Exits with 1 if anything is not as documented.
 */
import '../workspace/node-version.js';

const HELP = `
  npm run kind:demo -- [options]

  Plays the integrator guide against the platform in a cluster: that of "npm run kind:up", or any other that
  k8s/overlays/kind was applied to.

    --context NAME       the cluster, as kubectl calls it (the current context)
    --gateway URL        where the API is (found: the port that kind maps, or the NodePort of a node)
    --sandbox URL        where the sandbox's inbox is (found likewise)
    --receiver-host HOST this machine as pods reach it (found: its address towards the node)
    --help               this text
`;

const { main } = await import('../workspace/main.js');

await main(async () => {
  const { readDemoOptions } = await import('./options.js');
  const options = readDemoOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const { requireTools } = await import('./require-tools.js');
  const { findClusterStack } = await import('./demo/find-cluster-stack.js');
  const { createScreen } = await import('../demo/screen/screen.js');
  const { runDemo } = await import('../demo/run-demo.js');
  await requireTools(['kubectl']);
  return runDemo(await findClusterStack(options), createScreen());
});
