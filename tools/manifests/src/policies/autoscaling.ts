import { nameOf, type KubeObject } from '../overlay/kube-object.js';
import type { Manifests, Rule } from '../overlay/manifests.js';

interface Scaler {
  object: KubeObject;
  /** `kind/name` of what it scales. */
  target: string;
  least: number;
  most: number;
}

/** An autoscaler scales something that exists, alone, and never below two replicas. */
export const autoscaling: Rule = (manifests) => {
  const scalers = scalersOf(manifests);
  return scalers.flatMap((scaler) => flawsOf(scaler, scalers, manifests));
};

function scalersOf(manifests: Manifests): Scaler[] {
  const byLoad = manifests.all('HorizontalPodAutoscaler').map((object): Scaler => {
    const { scaleTargetRef: ref, minReplicas = 1, maxReplicas = 0 } = object.spec ?? {};
    return { object, target: `${ref?.kind}/${ref?.name}`, least: minReplicas, most: maxReplicas };
  });
  const byLag = manifests.all('ScaledObject').map((object): Scaler => {
    // Defaults of KEDA.
    const { scaleTargetRef: ref, minReplicaCount = 0, maxReplicaCount = 100 } = object.spec;
    return {
      object,
      target: `${ref.kind ?? 'Deployment'}/${ref.name}`,
      least: minReplicaCount,
      most: maxReplicaCount,
    };
  });
  return [...byLoad, ...byLag];
}

function flawsOf({ object, target, least, most }: Scaler, scalers: Scaler[], manifests: Manifests): string[] {
  const name = nameOf(object);
  const targets = [...manifests.all('Deployment'), ...manifests.all('StatefulSet')];
  const found = targets.find(
    (one) => nameOf(one) === target && one.metadata.namespace === object.metadata.namespace,
  );
  const rival = scalers.find((other) => other.target === target && other.object !== object);
  const wanted: [holds: boolean, flaw: string][] = [
    [found !== undefined, `scales ${target}, which does not exist`],
    [rival === undefined, `scales ${target}, and so does ${rival && nameOf(rival.object)}`],
    [least >= 2, `lets ${target} go down to ${least} replicas: one must be able to fail`],
    [most > least, `has no room: from ${least} to ${most} replicas`],
    [
      found?.spec?.replicas === undefined,
      `${target} says how many replicas it has: each kubectl apply would undo what the autoscaler did`,
    ],
  ];
  return wanted.filter(([holds]) => !holds).map(([, flaw]) => `${name}: ${flaw}`);
}
