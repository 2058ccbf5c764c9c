import { isDeepStrictEqual } from 'node:util';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IProbe } from 'kubernetes-models/v1/Probe';
import type { Rule } from '../overlay/manifests.js';
import { about, workloadsOf } from '../overlay/workloads.js';

/**
 * What runs for long is asked whether it has started, is alive and is ready. Alive and ready are two questions: a
 * service that waits for its database is not ready, and restarting it would not help.
 */
export const probes: Rule = (manifests) =>
  workloadsOf(manifests)
    .filter(({ longRunning }) => longRunning)
    .flatMap((workload) =>
      workload.pod.containers.flatMap((container) =>
        flawsOf(container).map((flaw) => about(workload, container, flaw)),
      ),
    );

function flawsOf(container: IContainer): string[] {
  const kinds = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
  const flaws = kinds.flatMap((kind) => {
    const probe = container[kind];
    if (!probe || !questionOf(probe)) return [`has no ${kind}`];
    const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
    const open = container.ports?.some(({ name, containerPort }) => port === name || port === containerPort);
    return port === undefined || open ? [] : [`${kind} asks port ${port}, which the container does not have`];
  });
  const { livenessProbe: alive, readinessProbe: ready } = container;
  return alive && ready && isDeepStrictEqual(questionOf(alive), questionOf(ready))
    ? [...flaws, 'asks the same for liveness and readiness: what is not ready would be restarted']
    : flaws;
}

const questionOf = ({ httpGet, tcpSocket, grpc, exec }: IProbe): unknown =>
  httpGet ?? tcpSocket ?? grpc ?? exec;
