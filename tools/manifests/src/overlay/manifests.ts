import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { KubeObject } from './kube-object.js';

/** The kinds that rules look into. */
interface Kinds {
  ConfigMap: IConfigMap;
  Deployment: IDeployment;
  HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  Ingress: IIngress;
  Job: IJob;
  Namespace: INamespace;
  NetworkPolicy: INetworkPolicy;
  PodDisruptionBudget: IPodDisruptionBudget;
  RoleBinding: IRoleBinding;
  ScaledObject: IScaledObject;
  Secret: ISecret;
  Service: IService;
  ServiceAccount: IServiceAccount;
  StatefulSet: IStatefulSet;
}

export type Typed<Kind extends keyof Kinds> = Kinds[Kind] & KubeObject;

/** All objects of a rendered overlay. */
export class Manifests {
  constructor(readonly objects: readonly KubeObject[]) {}

  all<Kind extends keyof Kinds>(kind: Kind): Typed<Kind>[] {
    return this.objects.filter((object): object is Typed<Kind> => object.kind === kind);
  }

  /** The one that `from` means when it names an object: in its own namespace. */
  find<Kind extends keyof Kinds>(
    kind: Kind,
    name: string | undefined,
    from: KubeObject,
  ): Typed<Kind> | undefined {
    return this.all(kind).find(
      ({ metadata }) => metadata.name === name && metadata.namespace === from.metadata.namespace,
    );
  }
}

/** A rule reads the objects and says what is wrong with them, one line each. */
export type Rule = (manifests: Manifests) => string[];
