import type { IContainer } from 'kubernetes-models/v1/Container';
import type { Manifests, Rule } from '../overlay/manifests.js';
import { about, containersOf, workloadsOf, type Workload } from '../overlay/workloads.js';
import { documentedSecrets, kindSecrets, type SecretKeys } from './documented-secrets.js';

interface Reference {
  kind: 'ConfigMap' | 'Secret';
  name: string;
  /** Absent where all keys are meant. */
  key?: string;
  optional: boolean;
}

/**
 * ConfigMaps that are referred to exist and have the key; Secrets are documented ones, and what is optional in the
 * documentation is so in the manifests.
 * @param secrets what is made in the cluster
 */
export const configReferences =
  (secrets: Readonly<Record<string, SecretKeys>> = { ...documentedSecrets, ...kindSecrets }): Rule =>
  (manifests) =>
    workloadsOf(manifests).flatMap((workload) => [
      ...containersOf(workload).flatMap((container) => [
        ...inEnvironment(container).flatMap((reference) =>
          flawsOf(manifests, workload, reference, secrets).map((flaw) => about(workload, container, flaw)),
        ),
        ...unmounted(workload, container).map((flaw) => about(workload, container, flaw)),
      ]),
      ...inVolumes(workload).flatMap((reference) =>
        flawsOf(manifests, workload, reference, secrets).map((flaw) => `${workload.name}: ${flaw}`),
      ),
    ]);

function inEnvironment({ env = [], envFrom = [] }: IContainer): Reference[] {
  const single = env.flatMap(({ valueFrom }): Reference[] => {
    const { secretKeyRef: secret, configMapKeyRef: configMap } = valueFrom ?? {};
    return [
      ...(secret ? [refer('Secret', secret.name, secret.optional, secret.key)] : []),
      ...(configMap ? [refer('ConfigMap', configMap.name, configMap.optional, configMap.key)] : []),
    ];
  });
  const whole = envFrom.flatMap(({ secretRef, configMapRef }): Reference[] => [
    ...(secretRef ? [refer('Secret', secretRef.name, secretRef.optional)] : []),
    ...(configMapRef ? [refer('ConfigMap', configMapRef.name, configMapRef.optional)] : []),
  ]);
  return [...single, ...whole];
}

function inVolumes({ pod }: Workload): Reference[] {
  return (pod.volumes ?? []).flatMap(({ configMap, secret, projected }) => {
    const sources = [
      { configMap, secret: secret && { ...secret, name: secret.secretName } },
      ...(projected?.sources ?? []),
    ];
    return sources.flatMap((source) => [
      ...keysOf('ConfigMap', source.configMap),
      ...keysOf('Secret', source.secret),
    ]);
  });
}

function keysOf(
  kind: Reference['kind'],
  source: { name?: string; optional?: boolean; items?: { key: string }[] } | undefined,
): Reference[] {
  if (!source) return [];
  const { name, optional, items } = source;
  return items?.map(({ key }) => refer(kind, name, optional, key)) ?? [refer(kind, name, optional)];
}

const refer = (
  kind: Reference['kind'],
  name = '',
  optional: boolean | undefined,
  key?: string,
): Reference => ({ kind, name, optional: optional ?? false, ...(key !== undefined && { key }) });

function flawsOf(
  manifests: Manifests,
  { object }: Workload,
  { kind, name, key, optional }: Reference,
  secrets: Readonly<Record<string, SecretKeys>>,
): string[] {
  if (kind === 'Secret') return secretFlaws(secrets[name], name, key, optional);
  const configMap = manifests.find('ConfigMap', name, object);
  if (!configMap) return optional ? [] : [`refers to ConfigMap ${name}, which does not exist`];
  const known = { ...configMap.data, ...configMap.binaryData };
  return key === undefined || key in known || optional ? [] : [`ConfigMap ${name} has no key ${key}`];
}

function secretFlaws(
  keys: SecretKeys | undefined,
  name: string,
  key: string | undefined,
  optional: boolean,
): string[] {
  if (!keys) return [`refers to Secret ${name}, which nobody documents or makes`];
  if (key === undefined) return [];
  if (!(key in keys)) return [`refers to the key ${key} of Secret ${name}, which nobody documents or makes`];
  if (keys[key] === 'optional' && !optional)
    return [`cannot start without ${key} of Secret ${name}, which is documented as optional`];
  return keys[key] === 'required' && optional && !name.endsWith('-ca')
    ? [`starts without ${key} of Secret ${name}, which is documented as required`]
    : [];
}

/** A mount names a volume of the pod, or a claim that a StatefulSet makes. */
function unmounted({ pod, object }: Workload, { volumeMounts = [] }: IContainer): string[] {
  const { spec } = object as { spec?: { volumeClaimTemplates?: { metadata?: { name?: string } }[] } };
  const volumes = [
    ...(pod.volumes ?? []).map(({ name }) => name),
    ...(spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name),
  ];
  return volumeMounts
    .filter(({ name }) => !volumes.includes(name))
    .map(({ name }) => `mounts the volume ${name}, which the pod does not have`);
}
