import type { Rule } from '../overlay/manifests.js';
import { about, containersOf, workloadsOf } from '../overlay/workloads.js';
import { quantity } from '../schema/quantity.js';

/** Every container says what it needs and what it may take at the most, of processor and memory. */
export const resources: Rule = (manifests) =>
  workloadsOf(manifests).flatMap((workload) =>
    containersOf(workload).flatMap((container) =>
      (['cpu', 'memory'] as const).flatMap((kind) => {
        const request = container.resources?.requests?.[kind];
        const limit = container.resources?.limits?.[kind];
        const flaws = [
          ...(request === undefined ? [`requests no ${kind}`] : []),
          ...(limit === undefined ? [`has no limit of ${kind}`] : []),
          ...(quantity(request) > quantity(limit)
            ? [`requests ${request} of ${kind}, more than its limit of ${limit}`]
            : []),
        ];
        return flaws.map((flaw) => about(workload, container, flaw));
      }),
    ),
  );
