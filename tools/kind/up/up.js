import { clusterExists, createCluster, CLUSTER, kubectl, loadImages, useCluster } from '../cluster.js';
import { requireTools } from '../require-tools.js';
import { buildImages } from './images.js';
import { summary } from './summary.js';
import { waitUntilReady } from './wait-until-ready.js';

const OVERLAY = 'k8s/overlays/kind';
const PART = 'app.kubernetes.io/part-of=qflow-comms';

/**
 * Brings the platform up on a cluster of its own.
 * @param {import('../../local-stack/src/bootstrap/progress.js').Progress} progress
 * @param {{ ca: string | undefined, timeoutMs: number }} options
 * @throws {Error} that says what is in the way.
 */
export async function up(progress, { ca, timeoutMs }) {
  await requireTools(['docker', 'kind', 'kubectl']);
  const existed = await clusterExists();
  if (existed) await useCluster();
  else await progress.step(`Making cluster "${CLUSTER}"`, createCluster);
  const images = await buildImages(progress, ca);
  await progress.step('Loading the images into the cluster', async (report) => {
    await loadImages(images, report);
    report.title('The images are in the cluster');
  });
  await progress.step('Applying the manifests', async (report) => {
    await apply(existed);
    report.title('The manifests are applied');
  });
  await progress.step('Waiting for the pods', async (report) => {
    await waitUntilReady(timeoutMs, report);
    report.title('Everything is ready');
  });
  progress.note(summary);
}

/** The tag of an image says nothing about what is in it: what ran before has to run again, from the new ones. */
async function apply(existed) {
  const ran = existed ? await deployments() : [];
  if (existed) await kubectl(['delete', 'jobs', '--selector', PART]);
  await kubectl(['apply', '--kustomize', OVERLAY]);
  if (ran.length > 0) await kubectl(['rollout', 'restart', ...ran]);
}

async function deployments() {
  const names = await kubectl(['get', 'deployments', '--selector', PART, '--output', 'name']);
  return names.split('\n').filter(Boolean);
}
