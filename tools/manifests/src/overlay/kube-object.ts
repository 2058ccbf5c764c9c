import type { IIoK8sApimachineryPkgApisMetaV1ObjectMeta as Meta } from '@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta';

/** What every object of an overlay has. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Meta & { name: string };
}

/** How messages name an object. */
export const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;
