import type { IContainer } from 'kubernetes-models/v1/Container';
import type { Manifests } from '../overlay/manifests.js';
import type { Workload } from '../overlay/workloads.js';

/** Where a variable of a container comes from. */
export type Source =
  | { from: 'literal'; value: string }
  | { from: 'configMap'; object: string; key: string; value: string | undefined }
  | { from: 'secret'; object: string; key: string }
  /** Of the pod itself, such as its address. */
  | { from: 'field' };

/** What a container finds in its environment; of a variable that is set twice, the later one (as the kubelet does it). */
export function environmentOf(
  manifests: Manifests,
  workload: Workload,
  container: IContainer,
): Map<string, Source> {
  const variables = new Map<string, Source>();
  const dataOf = (name: string | undefined) => manifests.find('ConfigMap', name, workload.object)?.data ?? {};
  for (const { configMapRef, prefix = '' } of container.envFrom ?? [])
    for (const [key, value] of Object.entries(dataOf(configMapRef?.name)))
      variables.set(prefix + key, { from: 'configMap', object: configMapRef?.name ?? '', key, value });
  for (const { name, value, valueFrom } of container.env ?? []) {
    const { secretKeyRef: secret, configMapKeyRef: configMap } = valueFrom ?? {};
    if (secret) variables.set(name, { from: 'secret', object: secret.name ?? '', key: secret.key });
    else if (configMap) {
      const { key, name: object = '' } = configMap;
      variables.set(name, { from: 'configMap', object, key, value: dataOf(object)[key] });
    } else if (valueFrom) variables.set(name, { from: 'field' });
    else variables.set(name, { from: 'literal', value: value ?? '' });
  }
  return variables;
}

/** What the manifests themselves say that a variable is. */
export const knownValue = (source: Source | undefined): string | undefined =>
  source?.from === 'literal' || source?.from === 'configMap' ? source.value : undefined;
