import { nameOf, type KubeObject } from '../overlay/kube-object.js';
import type { Rule } from '../overlay/manifests.js';

interface Role extends KubeObject {
  rules?: { verbs?: string[]; resources?: string[]; apiGroups?: string[] }[];
}

const roles = ['Role', 'ClusterRole'];
const ofTheCluster = ['ClusterRole', 'ClusterRoleBinding'];

/** Rights are named one by one and end at the namespace, and every namespace keeps to Pod Security's "restricted". */
export const rights: Rule = ({ objects }) =>
  objects.flatMap((object) => {
    const { kind, metadata } = object;
    const everything = (object as Role).rules?.some((rule) =>
      [rule.verbs, rule.resources, rule.apiGroups].some((names) => names?.includes('*')),
    );
    const enforced = metadata.labels?.['pod-security.kubernetes.io/enforce'];
    const flaws: [holds: boolean, flaw: string][] = [
      [!ofTheCluster.includes(kind), 'gives rights in all namespaces'],
      [!roles.includes(kind) || !everything, 'gives rights to everything ("*")'],
      [
        kind !== 'Namespace' || enforced === 'restricted',
        'lacks the label pod-security.kubernetes.io/enforce: restricted',
      ],
    ];
    return flaws.filter(([holds]) => !holds).map(([, flaw]) => `${nameOf(object)}: ${flaw}`);
  });
