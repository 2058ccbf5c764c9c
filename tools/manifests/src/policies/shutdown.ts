import type { IContainer } from 'kubernetes-models/v1/Container';
import type { Manifests, Rule } from '../overlay/manifests.js';
import { about, workloadsOf, type Workload } from '../overlay/workloads.js';
import { environmentOf, knownValue } from '../settings/environment.js';

/** How long a service may take over the work in hand before it ends without it (`libs/service`). */
const finishSeconds = 25;

/** Kubernetes' own, where none is written. */
const usualGraceSeconds = 30;

/** A pod is not killed before it has drained and finished; its preStop hook counts, too. */
export const shutdown: Rule = (manifests) =>
  workloadsOf(manifests)
    .filter(({ longRunning }) => longRunning)
    .flatMap((workload) =>
      workload.pod.containers.flatMap((container) => {
        const grace = workload.pod.terminationGracePeriodSeconds ?? usualGraceSeconds;
        const needed = secondsNeeded(manifests, workload, container);
        return grace >= needed
          ? []
          : [about(workload, container, `needs up to ${needed} s to end and is killed after ${grace} s`)];
      }),
    );

function secondsNeeded(manifests: Manifests, workload: Workload, container: IContainer): number {
  const drain = knownValue(environmentOf(manifests, workload, container).get('SHUTDOWN_DRAIN_SECONDS'));
  const { sleep, exec } = container.lifecycle?.preStop ?? {};
  const hook = Number(sleep?.seconds ?? /\bsleep (\d+)/.exec(exec?.command?.join(' ') ?? '')?.[1] ?? 0);
  return hook + (drain === undefined ? 0 : Number(drain) + finishSeconds);
}
