import type { Rule } from '../overlay/manifests.js';
import { workloadsOf, type Workload } from '../overlay/workloads.js';

/** What talks to the Kubernetes API, and why. Nothing else gets a token for it. */
const mayUseTheApi: Readonly<Record<string, string>> = {
  'Job/secrets': 'creates the Secrets that are missing in a kind cluster',
};

/** Each workload has a ServiceAccount of its own, and a token and the addresses of all Services only where it needs them. */
export const identity: Rule = (manifests) => {
  const workloads = workloadsOf(manifests);
  return workloads.flatMap((workload) =>
    flawsOf(workload, workloads).map((flaw) => `${workload.name}: ${flaw}`),
  );
};

function flawsOf({ name, pod, object }: Workload, workloads: Workload[]): string[] {
  const account = pod.serviceAccountName;
  const sharing = workloads.filter(
    (other) => other.pod.serviceAccountName === account && other.object !== object,
  );
  const unnumbered = name.replace(/-(v?\d.*)$/, '');
  const flaws: [holds: boolean, flaw: string][] = [
    [account !== undefined && account !== 'default', 'has no ServiceAccount of its own'],
    [account === undefined || sharing.length === 0, `shares its ServiceAccount with ${sharing[0]?.name}`],
    [
      pod.automountServiceAccountToken === false || unnumbered in mayUseTheApi,
      'gets a token of the Kubernetes API: set automountServiceAccountToken to false',
    ],
    [
      pod.enableServiceLinks === false,
      'gets an environment variable for every Service: set enableServiceLinks to false',
    ],
  ];
  return flaws.filter(([holds]) => !holds).map(([, flaw]) => flaw);
}
