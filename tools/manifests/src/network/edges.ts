import type { Manifests } from '../overlay/manifests.js';
import { workloadsOf, type Labels, type Workload } from '../overlay/workloads.js';
import { networks, outsiders } from './places.js';
import {
  admitsAddress,
  admitsPod,
  admitsPort,
  opened,
  portsOf,
  type Listening,
  type OpenTo,
} from './policy-view.js';

/** A pod of ours and what its policies open. */
interface Node {
  name: string;
  namespace: string;
  labels: Labels;
  namespaceLabels: Labels;
  ports: Listening[];
  ingress: OpenTo[] | undefined;
  egress: OpenTo[] | undefined;
}

const everything: OpenTo[] = [{ peers: undefined, ports: undefined }];

/**
 * Who may reach whom under the NetworkPolicies, as lines such as `gateway → nats:4222`; sorted. Between two pods of
 * ours both have to allow it, the one that calls and the one that is called.
 */
export function edgesOf(manifests: Manifests): string[] {
  const nodes = workloadsOf(manifests).map((workload) => nodeOf(manifests, workload));
  const among = nodes.flatMap((from) => nodes.flatMap((to) => between(from, to)));
  const around = nodes.flatMap((node) => [...leaving(node), ...entering(node)]);
  return [...new Set([...among, ...around])].sort();
}

function nodeOf(manifests: Manifests, { object, pod, labels }: Workload): Node {
  const namespace = object.metadata.namespace ?? 'default';
  const policies = manifests
    .all('NetworkPolicy')
    .filter(({ metadata }) => (metadata.namespace ?? 'default') === namespace);
  return {
    name: labels['app.kubernetes.io/name'] ?? object.metadata.name,
    namespace,
    labels,
    namespaceLabels: { ...labelsOf(manifests, namespace), 'kubernetes.io/metadata.name': namespace },
    ports: pod.containers.flatMap(({ ports = [] }) =>
      ports.map(({ name, containerPort: port, protocol = 'TCP' }) => ({ name, port, protocol })),
    ),
    ingress: opened(policies, labels, 'Ingress'),
    egress: opened(policies, labels, 'Egress'),
  };
}

const labelsOf = (manifests: Manifests, namespace: string): Labels =>
  manifests.all('Namespace').find(({ metadata }) => metadata.name === namespace)?.metadata.labels ?? {};

function between(from: Node, to: Node): string[] {
  const same = from.namespace === to.namespace;
  return to.ports
    .filter(
      (port) =>
        (from.egress ?? everything).some((rule) => admitsPod(rule, to, same) && admitsPort(rule, port)) &&
        (to.ingress ?? everything).some((rule) => admitsPod(rule, from, same) && admitsPort(rule, port)),
    )
    .map(({ port }) => `${from.name} → ${to.name}:${port}`);
}

function leaving({ name, egress = everything }: Node): string[] {
  return toOthers(egress).map(([place, rules]) => `${name} → ${place}:${portsOf(rules)}`);
}

function entering({ name, ports, ingress = everything }: Node): string[] {
  return toOthers(ingress).flatMap(([place, rules]) =>
    ports
      .filter((port) => rules.some((rule) => admitsPort(rule, port)))
      .map(({ port }) => `${place} → ${name}:${port}`),
  );
}

/** The rules that open to each place that is not ours: to `anyone` without a condition, to the others by name. */
function toOthers(rules: OpenTo[]): [place: string, rules: OpenTo[]][] {
  const named = rules.flatMap(({ peers = [], ports }) => peers.map((peer) => ({ peers: [peer], ports })));
  const known: [string, OpenTo[]][] = [
    ...Object.entries(outsiders).map(([place, outsider]): [string, OpenTo[]] => [
      place,
      named.filter((rule) => admitsPod(rule, outsider, false)),
    ]),
    ...Object.entries(networks).map(([place, addresses]): [string, OpenTo[]] => [
      place,
      named.filter((rule) => admitsAddress(rule, addresses)),
    ]),
  ];
  const placed = known.flatMap(([, some]) => some);
  // What leads to no place that has a name must not go unseen.
  const unknown = named
    .filter(
      (rule) => !placed.includes(rule) && rule.peers.some((peer) => peer.namespaceSelector ?? peer.ipBlock),
    )
    .map((rule): [string, OpenTo[]] => [JSON.stringify(rule.peers[0]), [rule]]);
  const toAll: [string, OpenTo[]] = ['anyone', rules.filter(({ peers }) => !peers?.length)];
  return [toAll, ...known, ...unknown].filter(([, some]) => some.length > 0);
}

/** What differs from the table, one line each. */
export const edgeProblems = (found: readonly string[], wanted: readonly string[]): string[] => [
  ...found
    .filter((edge) => !wanted.includes(edge))
    .map((edge) => `the policies allow ${edge}, which the architecture does not have`),
  ...wanted
    .filter((edge) => !found.includes(edge))
    .map((edge) => `the architecture has ${edge}, which the policies do not allow`),
];
