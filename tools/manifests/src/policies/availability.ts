import { nameOf } from '../overlay/kube-object.js';
import type { Manifests, Rule } from '../overlay/manifests.js';
import { leastReplicas, workloadsOf, type Workload } from '../overlay/workloads.js';
import { selects } from '../network/selectors.js';

/** What is there in several replicas stays available: over drained nodes, lost nodes, and updates. */
export const availability: Rule = (manifests) =>
  workloadsOf(manifests)
    .filter(({ longRunning }) => longRunning)
    .flatMap((workload) => {
      const several = leastReplicas(manifests, workload) > 1;
      const flaws = [
        ...budgetFlaws(manifests, workload, several),
        ...(several ? spreadFlaws(workload) : []),
        ...(several ? updateFlaws(manifests, workload) : []),
      ];
      return flaws.map((flaw) => `${workload.name}: ${flaw}`);
    });

function budgetFlaws(manifests: Manifests, workload: Workload, several: boolean): string[] {
  const budgets = manifests
    .all('PodDisruptionBudget')
    .filter(
      ({ spec, metadata }) =>
        metadata.namespace === workload.object.metadata.namespace && selects(spec?.selector, workload.labels),
    );
  const [budget, second] = budgets;
  if (!budget) return several ? ['has no PodDisruptionBudget that selects its pods'] : [];
  if (second) return [`is under two PodDisruptionBudgets, which no node can be drained with`];
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const stuck =
    minAvailable === '100%' ||
    Number(minAvailable) >= leastReplicas(manifests, workload) ||
    maxUnavailable === 0 ||
    maxUnavailable === '0%';
  return stuck ? [`${nameOf(budget)} never lets a pod go: no node could be drained`] : [];
}

const spreadFlaws = ({ pod, labels }: Workload): string[] =>
  pod.topologySpreadConstraints?.some(({ labelSelector }) => selects(labelSelector, labels))
    ? []
    : ['has no topologySpreadConstraint that selects its pods: all replicas may be on one node'];

function updateFlaws(manifests: Manifests, { object }: Workload): string[] {
  const { strategy } = manifests.find('Deployment', object.metadata.name, object)?.spec ?? {};
  if (object.kind !== 'Deployment') return [];
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {};
  if (strategy?.type !== 'RollingUpdate' || (maxUnavailable !== 0 && maxUnavailable !== '0%'))
    return ['an update takes replicas away before others are there: set maxUnavailable to 0'];
  return maxSurge === 0 || maxSurge === '0%'
    ? ['no update can go on with maxSurge and maxUnavailable of 0']
    : [];
}
