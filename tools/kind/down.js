#!/usr/bin/env node
/** `npm run kind:down`: removes the cluster of `npm run kind:up`, with everything that is in it. */
import '../workspace/node-version.js';

const { main } = await import('../workspace/main.js');

await main(async ({ progress }) => {
  const { readNothing } = await import('./options.js');
  const { requireTools } = await import('./require-tools.js');
  const { CLUSTER, clusterExists, deleteCluster } = await import('./cluster.js');
  readNothing(process.argv.slice(2));
  await requireTools(['docker', 'kind']);
  if (!(await clusterExists())) {
    progress.note(`There is no cluster "${CLUSTER}".`);
    return 0;
  }
  await progress.step(`Removing cluster "${CLUSTER}"`, deleteCluster);
  return 0;
});
