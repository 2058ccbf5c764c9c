import type { IContainer } from 'kubernetes-models/v1/Container';
import type { Rule } from '../overlay/manifests.js';
import { about, containersOf, workloadsOf, type Workload } from '../overlay/workloads.js';

/** Volumes that Pod Security's "restricted" lets in. */
const volumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** Pod Security Standards, "restricted", and a root file system that cannot be written to. */
export const podSecurity: Rule = (manifests) =>
  workloadsOf(manifests).flatMap((workload) => [
    ...flawsOfPod(workload).map((flaw) => `${workload.name}: ${flaw}`),
    ...containersOf(workload).flatMap((container) =>
      flawsOfContainer(workload, container).map((flaw) => about(workload, container, flaw)),
    ),
  ]);

function flawsOfPod({ pod }: Workload): string[] {
  const host = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => pod[name]);
  const foreign = (pod.volumes ?? []).flatMap(({ name, ...source }) =>
    Object.keys(source)
      .filter((kind) => !volumes.includes(kind))
      .map((kind) => `volume ${name} is of kind ${kind}, which "restricted" does not allow`),
  );
  return [...host.map((name) => `${name} shares a namespace of the node`), ...foreign];
}

function flawsOfContainer({ pod }: Workload, container: IContainer): string[] {
  const own = container.securityContext ?? {};
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...pod.securityContext, ...own };
  const capabilities = own.capabilities ?? {};
  const wanted: [holds: boolean, flaw: string][] = [
    [runAsNonRoot === true, 'may run as root: set runAsNonRoot'],
    [Number(runAsUser) > 0, 'has no runAsUser: the kubelet cannot tell from a name that a user is not root'],
    [seccompProfile?.type === 'RuntimeDefault', 'has no seccompProfile of type RuntimeDefault'],
    [own.readOnlyRootFilesystem === true, 'can write to its root file system: set readOnlyRootFilesystem'],
    [own.allowPrivilegeEscalation === false, 'may gain privileges: set allowPrivilegeEscalation to false'],
    [own.privileged !== true, 'is privileged'],
    [capabilities.drop?.includes('ALL') === true, 'keeps capabilities: drop ALL'],
    [!capabilities.add?.length, `adds the capabilities ${capabilities.add?.join(', ')}`],
    [!container.ports?.some(({ hostPort }) => hostPort), 'takes a port of the node (hostPort)'],
  ];
  return wanted.filter(([holds]) => !holds).map(([, flaw]) => flaw);
}
