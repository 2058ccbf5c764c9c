import path from 'node:path';
import { root, runQuietly } from '../workspace/run.js';
import { capture } from './capture.js';

/** As k8s/kind.yaml calls it. */
export const CLUSTER = 'qflow';
/** What kind calls the context of that cluster. */
export const CONTEXT = `kind-${CLUSTER}`;
export const NAMESPACE = 'qflow';

const configuration = path.join(root, 'k8s/kind.yaml');

/** @returns {Promise<boolean>} */
export async function clusterExists() {
  const names = (await capture('kind', ['get', 'clusters'])).split('\n').map((line) => line.trim());
  return names.includes(CLUSTER);
}

/** @param {import('../local-stack/src/bootstrap/progress.js').StepReport} report */
export async function createCluster(report) {
  const args = ['create', 'cluster', '--name', CLUSTER, '--config', configuration, '--wait', '180s'];
  await runQuietly('kind', args, { name: 'kind', onLine: (line) => tell(report, line) });
}

export const deleteCluster = () =>
  runQuietly('kind', ['delete', 'cluster', '--name', CLUSTER], { name: 'kind' });

/** Makes kubectl know the cluster: it may have been made from another shell, or with another configuration. */
export const useCluster = () => capture('kind', ['export', 'kubeconfig', '--name', CLUSTER]);

/**
 * @param {string[]} images
 * @param {import('../local-stack/src/bootstrap/progress.js').StepReport} report
 */
export async function loadImages(images, report) {
  const args = ['load', 'docker-image', '--name', CLUSTER, ...images];
  await runQuietly('kind', args, { name: 'kind', onLine: (line) => tell(report, line) });
}

/**
 * kubectl, in the namespace of the platform.
 * @param {string[]} args
 */
export const kubectl = (args) =>
  capture('kubectl', ['--context', CONTEXT, '--namespace', NAMESPACE, ...args]);

/** What kind says it is at; an error message has it all. */
function tell(report, line) {
  if (line.trim()) report.detail(line.trim());
  return false;
}
