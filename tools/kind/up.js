#!/usr/bin/env node
/**
 * `npm run kind:up`: makes a cluster with kind, builds the images, loads and applies everything, and waits until it
 * works. Run again, it brings what has changed since.
 */
import '../workspace/node-version.js';

const HELP = `
  npm run kind:up -- [options]

  The whole platform in a Kubernetes cluster on this machine, made with kind, from the sources of this checkout.

    --ca FILE          certificates that npm trusts while the images are built, behind a proxy that inspects TLS
    --timeout SECONDS  how long the pods may take to get ready (600)
    --help             this text

  It needs docker, kind and kubectl. "npm run kind:demo" plays the demo against it, "npm run kind:down" removes it.
`;

const { main } = await import('../workspace/main.js');

await main(async ({ progress }) => {
  const { readUpOptions } = await import('./options.js');
  const options = readUpOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const { endWithNpm } = await import('../workspace/end-with-npm.js');
  const { endWithChildren } = await import('../workspace/run.js');
  const { up } = await import('./up/up.js');
  endWithNpm();
  const signals = endWithChildren(() => {});
  try {
    await up(progress, options);
  } finally {
    signals.dispose();
  }
  return 0;
});
