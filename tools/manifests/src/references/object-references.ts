import { nameOf, type KubeObject } from '../overlay/kube-object.js';
import type { Manifests, Rule, Typed } from '../overlay/manifests.js';
import { workloadsOf, type Workload } from '../overlay/workloads.js';
import { documentedSecrets } from './documented-secrets.js';
import { isEmptySelector, selects } from '../network/selectors.js';

/** Everything that one object says of another by name, selector or port. ConfigMaps and Secrets: {@link configReferences}. */
export const objectReferences: Rule = (manifests) => {
  const workloads = workloadsOf(manifests);
  const inNamespaceOf = (object: KubeObject) =>
    workloads.filter((workload) => workload.object.metadata.namespace === object.metadata.namespace);
  return [
    ...workloads.flatMap((workload) => told(workload.object, ofWorkload(manifests, workload))),
    ...manifests.all('Service').flatMap((one) => told(one, ofService(one, inNamespaceOf(one)))),
    ...manifests.all('Ingress').flatMap((one) => told(one, [...ofIngress(manifests, one), ...ofTls(one)])),
    ...manifests.all('RoleBinding').flatMap((one) => told(one, ofBinding(manifests, one))),
    ...manifests.all('PodDisruptionBudget').flatMap((one) => {
      const found = inNamespaceOf(one).some(({ labels }) => selects(one.spec?.selector, labels));
      return told(one, found ? [] : ['selects no pod']);
    }),
    ...manifests.all('NetworkPolicy').flatMap((one) => told(one, ofPolicy(one, inNamespaceOf(one)))),
  ];
};

const told = (object: KubeObject, flaws: string[]): string[] =>
  flaws.map((flaw) => `${nameOf(object)}: ${flaw}`);

function ofWorkload(manifests: Manifests, { object, pod }: Workload): string[] {
  const account = pod.serviceAccountName;
  const claims = (pod.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
  const service = manifests.find('StatefulSet', object.metadata.name, object)?.spec?.serviceName;
  const exists = (name: string) =>
    manifests.objects.some(
      ({ kind, metadata }) => kind === 'PersistentVolumeClaim' && metadata.name === name,
    );
  return [
    ...(account && !manifests.find('ServiceAccount', account, object)
      ? [`runs as ServiceAccount ${account}, which does not exist`]
      : []),
    ...claims.filter((name) => !exists(name)).map((name) => `uses the claim ${name}, which does not exist`),
    ...(object.kind === 'StatefulSet' && service && !manifests.find('Service', service, object)
      ? [`names its pods in Service ${service}, which does not exist`]
      : []),
  ];
}

function ofService({ spec }: Typed<'Service'>, workloads: Workload[]): string[] {
  if (!spec?.selector) return [];
  const behind = workloads.filter(({ labels }) => selects({ matchLabels: spec.selector }, labels));
  if (behind.length === 0) return ['selects no pod'];
  return (spec.ports ?? []).flatMap(({ port, targetPort = port }) =>
    behind
      .filter((workload) => !hasPort(workload, targetPort))
      .map(({ name }) => `sends port ${port} to port ${targetPort}, which ${name} does not have`),
  );
}

/** A port by its name or number. */
export const hasPort = ({ pod }: Workload, port: string | number): boolean =>
  pod.containers.some(({ ports = [] }) =>
    ports.some(({ name, containerPort }) => port === name || port === containerPort),
  );

function ofIngress(manifests: Manifests, ingress: Typed<'Ingress'>): string[] {
  const backends = [
    ingress.spec?.defaultBackend,
    ...(ingress.spec?.rules ?? []).flatMap(({ http }) => http?.paths.map(({ backend }) => backend) ?? []),
  ];
  const flaws = backends.flatMap((backend) => {
    const { name, port } = backend?.service ?? {};
    if (!name) return [];
    const service = manifests.find('Service', name, ingress);
    if (!service) return [`leads to Service ${name}, which does not exist`];
    const wanted = port?.name ?? port?.number;
    return service.spec?.ports?.some((one) => one.name === wanted || one.port === wanted)
      ? []
      : [`leads to port ${wanted} of Service ${name}, which it does not have`];
  });
  return [...new Set(flaws)];
}

const ofTls = ({ spec }: Typed<'Ingress'>): string[] =>
  (spec?.tls ?? []).flatMap(({ secretName, hosts = [] }) => [
    ...(secretName && !(secretName in documentedSecrets)
      ? [`takes its certificate from Secret ${secretName}, which nobody documents`]
      : []),
    ...hosts
      .filter((host) => !spec?.rules?.some((rule) => rule.host === host))
      .map((host) => `has a certificate for ${host} and no rule`),
  ]);

function ofBinding(manifests: Manifests, binding: Typed<'RoleBinding'>): string[] {
  const { kind, name } = binding.roleRef;
  const role = manifests.objects.some((one) => one.kind === kind && one.metadata.name === name);
  const lost = (binding.subjects ?? []).filter(
    (subject) =>
      subject.kind === 'ServiceAccount' && !manifests.find('ServiceAccount', subject.name, binding),
  );
  return [
    ...(role ? [] : [`grants ${kind} ${name}, which does not exist`]),
    ...lost.map((subject) => `grants to ServiceAccount ${subject.name}, which does not exist`),
  ];
}

function ofPolicy({ spec }: Typed<'NetworkPolicy'>, workloads: Workload[]): string[] {
  const own = workloads.filter(({ labels }) => selects(spec?.podSelector, labels));
  const flaws = own.length === 0 && !isEmptySelector(spec?.podSelector) ? ['selects no pod'] : [];
  const incoming = (spec?.ingress ?? []).flatMap(({ from = [], ports = [] }) => [
    ...peersLost(from, workloads),
    ...ports.flatMap(({ port }) => portsLost(port, own)),
  ]);
  const outgoing = (spec?.egress ?? []).flatMap(({ to = [], ports = [] }) => {
    const targets = to.flatMap((peer) =>
      peer.podSelector && !peer.namespaceSelector
        ? workloads.filter(({ labels }) => selects(peer.podSelector, labels))
        : [],
    );
    return [...peersLost(to, workloads), ...ports.flatMap(({ port }) => portsLost(port, targets))];
  });
  return [...new Set([...flaws, ...incoming, ...outgoing])];
}

type Peer = NonNullable<NonNullable<NonNullable<Typed<'NetworkPolicy'>['spec']>['egress']>[0]['to']>[0];

/** Peers of the own namespace that are nobody. Pods of other namespaces are not ours to know. */
const peersLost = (peers: Peer[], workloads: Workload[]): string[] =>
  peers
    .filter(
      ({ podSelector, namespaceSelector }) =>
        podSelector && !namespaceSelector && !workloads.some(({ labels }) => selects(podSelector, labels)),
    )
    .map(({ podSelector }) => `speaks of pods with ${JSON.stringify(podSelector)}, of which there are none`);

const portsLost = (port: string | number | undefined, workloads: Workload[]): string[] =>
  port !== undefined && workloads.length > 0 && !workloads.some((workload) => hasPort(workload, port))
    ? [`speaks of port ${port}, which none of ${workloads.map(({ name }) => name).join(', ')} has`]
    : [];
