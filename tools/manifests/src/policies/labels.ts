import { nameOf } from '../overlay/kube-object.js';
import type { Rule } from '../overlay/manifests.js';
import { workloadsOf } from '../overlay/workloads.js';
import { isEmptySelector, selects } from '../network/selectors.js';

const partOf = 'app.kubernetes.io/part-of';
const appName = 'app.kubernetes.io/name';

/** The recommended labels on every object and every pod, and selectors that select the pods of their own template. */
export const labels: Rule = (manifests) => {
  const objects = manifests.objects.flatMap((object) =>
    object.metadata.labels?.[partOf] === 'qflow-comms'
      ? []
      : [`${nameOf(object)}: has no label ${partOf}: qflow-comms`],
  );
  const workloads = workloadsOf(manifests);
  const pods = workloads.flatMap(({ name, labels: own, selector, longRunning }) => [
    ...[appName, partOf].filter((key) => !own[key]).map((key) => `${name}: its pods have no label ${key}`),
    ...(longRunning && (isEmptySelector(selector) || !selects(selector, own))
      ? [`${name}: its selector does not select the pods of its own template`]
      : []),
  ]);
  const mixedUp = workloads.flatMap((workload) =>
    workloads
      .filter(
        (other) => workload.longRunning && other !== workload && selects(workload.selector, other.labels),
      )
      .map((other) => `${workload.name}: its selector also selects the pods of ${other.name}`),
  );
  return [...objects, ...pods, ...mixedUp];
};
