import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { ILabelSelector } from '@kubernetes-models/apimachinery/apis/meta/v1/LabelSelector';
import { nameOf, type KubeObject } from './kube-object.js';
import type { Manifests } from './manifests.js';

export type Labels = Readonly<Record<string, string>>;

/** What makes pods. */
export interface Workload {
  object: KubeObject;
  /** As messages name it, such as `Deployment/gateway`. */
  name: string;
  /** Of its pods. */
  labels: Labels;
  /** Absent on Jobs: the cluster makes theirs. */
  selector: ILabelSelector | undefined;
  pod: IPodSpec;
  /** Runs until it is told to stop; a Job ends by itself. */
  longRunning: boolean;
  /** As written; an autoscaler may run more. */
  replicas: number | undefined;
}

export function workloadsOf(manifests: Manifests): Workload[] {
  const longRunning = [...manifests.all('Deployment'), ...manifests.all('StatefulSet')].map((object) =>
    workload(object, object.spec, object.spec?.selector, true, object.spec?.replicas),
  );
  const jobs = manifests.all('Job').map((object) => workload(object, object.spec, undefined, false, 1));
  return [...longRunning, ...jobs];
}

function workload(
  object: KubeObject,
  spec: { template: { metadata?: { labels?: Labels }; spec?: IPodSpec } } | undefined,
  selector: ILabelSelector | undefined,
  longRunning: boolean,
  replicas: number | undefined,
): Workload {
  const labels = spec?.template.metadata?.labels ?? {};
  const pod = spec?.template.spec ?? { containers: [] };
  return { object, name: nameOf(object), labels, selector, pod, longRunning, replicas };
}

/** All containers of a pod, those that run first included. */
export const containersOf = ({ pod }: Workload): IContainer[] => [
  ...(pod.initContainers ?? []),
  ...pod.containers,
];

/** A line of a finding about one container. */
export const about = ({ name }: Workload, container: IContainer, finding: string): string =>
  `${name}, container ${container.name}: ${finding}`;

/** How many pods a Deployment or StatefulSet has at the least, with or without an autoscaler. */
export function leastReplicas(manifests: Manifests, { object, replicas }: Workload): number {
  const targets = (ref: { kind?: string; name: string } | undefined) =>
    ref?.name === object.metadata.name && (ref.kind ?? 'Deployment') === object.kind;
  const autoscaler = manifests
    .all('HorizontalPodAutoscaler')
    .find(({ spec }) => targets(spec?.scaleTargetRef));
  const scaled = manifests.all('ScaledObject').find(({ spec }) => targets(spec.scaleTargetRef));
  if (autoscaler) return autoscaler.spec?.minReplicas ?? 1;
  return scaled?.spec.minReplicaCount ?? replicas ?? 1;
}
