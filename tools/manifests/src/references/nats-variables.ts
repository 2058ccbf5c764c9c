import type { Rule } from '../overlay/manifests.js';
import { about, workloadsOf } from '../overlay/workloads.js';
import { environmentOf } from '../settings/environment.js';

/** Variables that a NATS configuration takes from the environment of the server, such as `password: $GATEWAY_PASSWORD`. */
export const natsVariablesIn = (config: string): string[] => [
  ...new Set([...config.matchAll(/^[^#\n"]*[:\s]\$([A-Z][A-Z0-9_]*)\s*$/gm)].map(([, name = '']) => name)),
];

/** Every variable of a mounted NATS configuration is in the environment of its container: NATS does not start otherwise. */
export const natsVariables: Rule = (manifests) =>
  workloadsOf(manifests).flatMap((workload) =>
    workload.pod.containers.flatMap((container) => {
      const environment = environmentOf(manifests, workload, container);
      const mounted = (workload.pod.volumes ?? []).filter(({ name }) =>
        container.volumeMounts?.some((mount) => mount.name === name),
      );
      const texts = mounted.flatMap(({ configMap }) =>
        Object.entries(manifests.find('ConfigMap', configMap?.name, workload.object)?.data ?? {})
          .filter(([file]) => file.endsWith('.conf'))
          .map(([, text]) => text),
      );
      return natsVariablesIn(texts.join('\n'))
        .filter((name) => !environment.has(name))
        .map((name) => about(workload, container, `its configuration asks for $${name}, which is not set`));
    }),
  );
