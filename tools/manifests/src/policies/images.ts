import type { Rule } from '../overlay/manifests.js';
import { about, containersOf, workloadsOf } from '../overlay/workloads.js';

/** An image is one certain version of something, or a roll-back does not roll back. */
export const images: Rule = (manifests) =>
  workloadsOf(manifests).flatMap((workload) =>
    containersOf(workload).flatMap((container) => {
      const image = container.image ?? '';
      const { tag, digest } = parseImage(image);
      if (digest) return [];
      if (!tag) return [about(workload, container, `its image "${image}" has no tag`)];
      return tag === 'latest'
        ? [about(workload, container, `its image "${image}" is whatever came last`)]
        : [];
    }),
  );

/** The parts of `registry:5000/qflow/gateway:1.2.3`. */
export function parseImage(image: string): { name: string; tag: string | undefined; digest: boolean } {
  const [tagged = '', digest] = image.split('@');
  const path = tagged.split('/');
  const [name = '', tag] = (path.pop() ?? '').split(':');
  return { name: [...path, name].join('/'), tag, digest: digest !== undefined };
}
