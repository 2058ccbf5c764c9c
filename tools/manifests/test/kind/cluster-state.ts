/** Objects as `kubectl get --output json` prints them, as far as the scripts of tools/kind look. */

const labels = (app: string) => ({ 'app.kubernetes.io/name': app });

export const list = (...items: object[]): string => JSON.stringify({ kind: 'List', items });

export const deployment = (name: string, available: number, { wanted = 2, observed = 1 } = {}): object => ({
  kind: 'Deployment',
  metadata: { name, generation: 1 },
  spec: { replicas: wanted, template: { metadata: { labels: labels(name) } } },
  status: {
    observedGeneration: observed,
    replicas: wanted,
    updatedReplicas: wanted,
    availableReplicas: available,
  },
});

/** As it is while a restart is under way: the old ones still take requests. */
export const restarting = (name: string): object => ({
  ...deployment(name, 2),
  status: { observedGeneration: 1, replicas: 3, updatedReplicas: 1, availableReplicas: 2 },
});

export const statefulSet = (name: string, ready: number, wanted: number): object => ({
  kind: 'StatefulSet',
  metadata: { name, generation: 1 },
  spec: { replicas: wanted, template: { metadata: { labels: labels(name) } } },
  status: { observedGeneration: 1, replicas: wanted, updatedReplicas: wanted, readyReplicas: ready },
});

export const job = (name: string, condition?: 'Complete' | 'Failed'): object => ({
  kind: 'Job',
  metadata: { name: `${name}-0-1-0` },
  spec: { template: { metadata: { labels: labels(name) } } },
  status: { conditions: condition ? [{ type: condition, status: 'True' }] : [] },
});

export const waitingPod = (app: string, reason: string, message?: string): object => ({
  kind: 'Pod',
  metadata: { name: `${app}-x`, labels: labels(app) },
  status: {
    phase: 'Pending',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [{ name: app, state: { waiting: { reason, message } } }],
  },
});

export const pendingPod = (app: string): object => ({
  kind: 'Pod',
  metadata: { name: `${app}-x`, labels: labels(app) },
  status: {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
  },
});
