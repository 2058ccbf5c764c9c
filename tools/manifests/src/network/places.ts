import type { Labels } from '../overlay/workloads.js';

/** Pods of somebody else in the cluster. */
export interface Outsider {
  namespaceLabels: Labels;
  labels: Labels;
}

const inNamespace = (name: string, labels: Labels): Outsider => ({
  namespaceLabels: { 'kubernetes.io/metadata.name': name },
  labels,
});

/**
 * Whom the policies have to do with besides our own pods. `monitoring` is any pod of that namespace, as `stranger` is of
 * one that nobody thought of.
 */
export const outsiders: Readonly<Record<string, Outsider>> = {
  dns: inNamespace('kube-system', { 'k8s-app': 'kube-dns' }),
  monitoring: inNamespace('monitoring', {}),
  // What k8s/overlays/production/nats and …/postgres make.
  'nats outside': inNamespace('nats', {
    'app.kubernetes.io/name': 'nats',
    'app.kubernetes.io/component': 'nats',
  }),
  'postgres outside': inNamespace('postgres', { 'cnpg.io/cluster': 'qflow' }),
  stranger: inNamespace('elsewhere', {}),
};

/** Addresses that stand for a part of the network each. Pods and Services are in `private network` as well. */
export const networks: Readonly<Record<string, readonly string[]>> = {
  internet: ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'private network': ['10.20.30.40', '172.20.30.40', '192.168.30.40', '100.64.30.40', 'fd12:3456::1'],
  'node-local dns': ['169.254.20.10'],
  // Where clouds hand out the credentials of a node.
  'cloud metadata': ['169.254.169.254', 'fd00:ec2::254'],
};
