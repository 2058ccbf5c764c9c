import { createRequire } from 'node:module';

/** A class of the kubernetes-models packages; its `validate` is compiled from the schema of its kind. */
export interface Model {
  prototype: { validate: (this: unknown) => void };
}

/** What these throw, as Ajv has it. */
export interface Violation {
  instancePath: string;
  message?: string;
  keyword: string;
  params: Record<string, unknown>;
}

const load = createRequire(import.meta.url);

/**
 * Where the schemas of an API version come from. Of Kubernetes' own only what is stable: the package still has versions
 * such as `policy/v1beta1`, which no supported server knows any more.
 */
const packages: readonly (readonly [version: RegExp, name: string])[] = [
  [/^keda\.sh\/v1alpha1$/, '@kubernetes-models/keda'],
  [/^external-secrets\.io\/v1beta1$/, '@kubernetes-models/external-secrets'],
  [/^monitoring\.coreos\.com\/v1(alpha1)?$/, '@kubernetes-models/prometheus-operator'],
  [/^(v1|(apps|batch|policy|[a-z.]+\.k8s\.io)\/v1|autoscaling\/v[12])$/, 'kubernetes-models'],
];

/** Versions that no package has, and the older one with the same fields that a package has. */
const sameFields: Readonly<Record<string, string>> = {
  'external-secrets.io/v1': 'external-secrets.io/v1beta1',
};

/**
 * Kinds without a schema on npm, named one by one: whatever is in neither list is an unknown kind. Of these only a
 * server with the operator installed knows the fields.
 */
export const withoutSchema: readonly string[] = [
  'barmancloud.cnpg.io/v1 ObjectStore',
  'cert-manager.io/v1 Certificate',
  'cert-manager.io/v1 Issuer',
  'postgresql.cnpg.io/v1 Cluster',
  'postgresql.cnpg.io/v1 ScheduledBackup',
];

/** The model of a kind, and the version that it is made for; no model where nobody knows the kind. */
export function modelOf(apiVersion: string, kind: string): { model: Model | undefined; version: string } {
  const version = sameFields[apiVersion] ?? apiVersion;
  const name = packages.find(([versions]) => versions.test(version))?.[1];
  if (!name || !/^\w+$/.test(kind)) return { model: undefined, version };
  try {
    const model = (load(`${name}/${version}/${kind}`) as Record<string, Model>)[kind];
    return { model, version };
  } catch {
    return { model: undefined, version };
  }
}
