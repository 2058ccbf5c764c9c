import { kubectl } from '../cluster.js';

/** Lines per container: enough for an error message and what led to it. */
const TAIL = 12;

/**
 * What somebody who helps would ask for: the pods, why they wait, and what they said last.
 * @returns {Promise<string>}
 */
export async function collectEvidence() {
  const pods = JSON.parse(await kubectl(['get', 'pods', '--output', 'json'])).items;
  const parts = [await kubectl(['get', 'pods', '--output', 'wide'])];
  for (const pod of pods.filter(isTroubled)) parts.push(await lastWords(pod));
  parts.push('More: kubectl -n qflow describe pods; kubectl -n qflow get events --sort-by=.lastTimestamp');
  return parts.join('\n');
}

function isTroubled({ status = {} }) {
  const isReady = (status.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');
  return !isReady && status.phase !== 'Succeeded';
}

async function lastWords({ metadata: { name }, status }) {
  const waiting = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    .map(({ name: container, state }) => state?.waiting?.message && `${container}: ${state.waiting.message}`)
    .filter(Boolean);
  const args = ['logs', name, '--all-containers', '--prefix', `--tail=${TAIL}`];
  // A container that has not started has said nothing, and kubectl calls that an error.
  const said = await kubectl(args).catch(() => '');
  const lines = [...waiting, ...said.split('\n').filter(Boolean)];
  return [`${name}:`, ...(lines.length > 0 ? lines : ['has said nothing yet'])].join('\n    ');
}
