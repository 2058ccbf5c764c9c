import type { Manifests } from '../overlay/manifests.js';

/** One path that an Ingress leads on. */
interface Route {
  host: string | undefined;
  path: string;
  exact: boolean;
  service: string;
}

const routesOf = (manifests: Manifests): Route[] =>
  manifests.all('Ingress').flatMap(({ spec }) =>
    (spec?.rules ?? []).flatMap(({ host, http }) =>
      (http?.paths ?? []).map(({ path = '/', pathType, backend }) => ({
        host,
        path,
        exact: pathType === 'Exact',
        service: backend.service?.name ?? '',
      })),
    ),
  );

/** Whether a route takes a path: Prefix goes by whole segments (Ingress, "Path types"). */
function takes({ path, exact }: Route, asked: string): boolean {
  if (exact) return asked === path;
  const prefix = path.replace(/\/$/, '');
  return asked === prefix || asked.startsWith(`${prefix}/`);
}

/** The Services that a path leads to, under any host. */
export const servicesAt = (manifests: Manifests, path: string): string[] => [
  ...new Set(
    routesOf(manifests)
      .filter((route) => takes(route, path))
      .map(({ service }) => service),
  ),
];

export interface PublicPaths {
  /** By Service: paths that have to lead there. Parameters in braces are any segment. */
  open: Readonly<Record<string, readonly string[]>>;
  /** Paths that must lead nowhere. */
  closed: readonly string[];
}

/** What of the public paths does not lead where it should, and what leads somewhere that should not. */
export function routeProblems(manifests: Manifests, { open, closed }: PublicPaths): string[] {
  const unreached = Object.entries(open).flatMap(([service, paths]) =>
    paths
      .filter((path) => !servicesAt(manifests, path).includes(service))
      .map((path) => `no Ingress leads ${path} to ${service}`),
  );
  const exposed = closed.flatMap((path) =>
    servicesAt(manifests, path).map((service) => `an Ingress leads ${path} to ${service}: it is not public`),
  );
  return [...unreached, ...exposed, ...sharedHosts(manifests)];
}

/** A host that leads to two Services mixes what should be limited, guarded and moved apart. */
function sharedHosts(manifests: Manifests): string[] {
  const byHost = new Map<string, Set<string>>();
  for (const { host = '(any)', service } of routesOf(manifests))
    byHost.set(host, (byHost.get(host) ?? new Set()).add(service));
  return [...byHost]
    .filter(([, services]) => services.size > 1)
    .map(([host, services]) => `the host ${host} leads to ${[...services].join(' and ')}: each has its own`);
}
