import { connectCluster } from './cluster-secrets/connect-cluster.js';
import { provideSecrets } from './cluster-secrets/provide-secrets.js';

/**
 * Makes the Secrets of a trial cluster that are missing, with values of their own: no repository holds them, and
 * nobody has to think of any. What is there is kept, so it may run as often as anybody likes, also twice at once.
 * Exit codes: 0, 1 where Secrets are incomplete, contradict each other or cannot be made.
 */
try {
  const cluster = await connectCluster();
  try {
    await provideSecrets(cluster, (line) => process.stdout.write(`${line}\n`));
  } finally {
    await cluster.close();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
