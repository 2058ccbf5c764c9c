import { BlockList, isIPv6 } from 'node:net';
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';
import type { INetworkPolicyPort } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort';
import type { Typed } from '../overlay/manifests.js';
import type { Labels } from '../overlay/workloads.js';
import { selects } from './selectors.js';

/** One rule of a policy, whichever direction: who, and on which ports. Absent means all. */
export interface OpenTo {
  peers: INetworkPolicyPeer[] | undefined;
  ports: INetworkPolicyPort[] | undefined;
}

/**
 * What a pod's policies open in one direction; undefined where no policy selects it for that direction, which leaves
 * everything open. What several policies open adds up.
 */
export function opened(
  policies: readonly Typed<'NetworkPolicy'>[],
  labels: Labels,
  direction: 'Ingress' | 'Egress',
): OpenTo[] | undefined {
  const ours = policies.filter(
    ({ spec }) => selects(spec?.podSelector, labels) && typesOf(spec).includes(direction),
  );
  if (ours.length === 0) return undefined;
  return ours.flatMap(({ spec }) =>
    direction === 'Ingress'
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })),
  );
}

/** Where `policyTypes` is absent: Ingress, and Egress as soon as there is an egress rule (API reference). */
const typesOf = (spec: Typed<'NetworkPolicy'>['spec']): readonly string[] =>
  spec?.policyTypes ?? ['Ingress', ...(spec?.egress?.length ? ['Egress'] : [])];

/** @param same whether the pod is in the namespace of the policy */
export const admitsPod = (
  { peers }: OpenTo,
  pod: { namespaceLabels: Labels; labels: Labels },
  same: boolean,
): boolean =>
  !peers?.length ||
  peers.some(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock) return false;
    const there = namespaceSelector ? selects(namespaceSelector, pod.namespaceLabels) : same;
    return there && (podSelector === undefined || selects(podSelector, pod.labels));
  });

export const admitsAddress = ({ peers }: OpenTo, addresses: readonly string[]): boolean =>
  !peers?.length ||
  addresses.some((address) =>
    peers.some(
      ({ ipBlock }) =>
        ipBlock && within(ipBlock.cidr, address) && !ipBlock.except?.some((hole) => within(hole, address)),
    ),
  );

/** An IPv4 address is in no IPv6 range, not even in `::/0` (which `BlockList` by itself would say). */
function within(cidr: string, address: string): boolean {
  const [network = '', prefix] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (family !== (isIPv6(address) ? 'ipv6' : 'ipv4')) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return block.check(address, family);
}

/** A port that a pod listens on. */
export interface Listening {
  name: string | undefined;
  port: number;
  protocol: string;
}

export const admitsPort = ({ ports }: OpenTo, { name, port: number, protocol }: Listening): boolean =>
  !ports?.length ||
  ports.some(({ port, endPort, protocol: wanted = 'TCP' }) => {
    if (wanted !== protocol) return false;
    if (port === undefined) return true;
    return typeof port === 'string' ? port === name : number >= port && number <= (endPort ?? port);
  });

/** How messages and the table write the ports of a rule whose other side is not ours: `any`, or `53,443`. */
export function portsOf(rules: OpenTo[]): string {
  if (rules.some(({ ports }) => !ports?.length)) return 'any';
  const written = rules.flatMap(({ ports = [] }) =>
    ports.map(({ port, endPort }) => (endPort ? `${port}-${endPort}` : String(port ?? 'any'))),
  );
  return [...new Set(written)].sort((a, b) => parseInt(a) - parseInt(b)).join(',');
}
