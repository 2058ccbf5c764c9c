import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type App, workspaceRoot } from './apps.js';

interface LockedPackage {
  version?: string;
  /** Of a package of the workspace: its folder. */
  resolved?: string;
  link?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** Every package of the lock file by its place, such as `node_modules/fastify`. */
type Lock = Record<string, LockedPackage>;

/** Packages: their names, and the same as `name@version`. */
export interface Dependencies {
  names: ReadonlySet<string>;
  versions: ReadonlySet<string>;
}

/**
 * What an app needs at run time, by the lock file: its dependencies, theirs and so on, the app itself included. Neither
 * what builds and tests it nor what is optional and nobody of these asks for. `npm sbom --omit=dev` does not know that:
 * it leaves out whatever some package, anywhere, develops with.
 */
export async function dependenciesOf(app: App): Promise<Dependencies> {
  const text = await readFile(path.join(workspaceRoot, 'package-lock.json'), 'utf8');
  const lock = (JSON.parse(text) as { packages: Lock }).packages;
  const seen = new Set<string>();
  const waiting = [`apps/${app}`];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    for (const name of neededBy(lock[place]!)) {
      const found = placeOf(lock, place, name);
      if (found !== undefined) waiting.push(found);
    }
  }
  const found = [...seen].map((place) => ({ name: nameOf(place), version: lock[place]!.version }));
  return {
    names: new Set(found.map(({ name }) => name)),
    versions: new Set(found.map(({ name, version }) => `${name}@${version}`)),
  };
}

/**
 * Keeps out what is only installed here because something else needs it, such as a test.
 *
 * @param packages `name@version` of what a bundle holds
 */
export function refuseForeign(app: App, packages: readonly string[], { versions }: Dependencies): void {
  const foreign = packages.filter((entry) => !versions.has(entry));
  if (foreign.length > 0)
    throw new Error(
      `${app} imports packages that it does not depend on at run time: ${foreign.join(', ')}. ` +
        'They belong into the "dependencies" of who imports them.',
    );
}

function neededBy({
  dependencies,
  optionalDependencies,
  peerDependencies,
  ...rest
}: LockedPackage): string[] {
  const peers = Object.keys(peerDependencies ?? {}).filter(
    (name) => !rest.peerDependenciesMeta?.[name]?.optional,
  );
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
}

/** As Node looks for it: in the `node_modules` of each folder from the package upwards. */
function placeOf(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = path.posix.dirname(folder)) {
    const place = path.posix.join(folder, 'node_modules', name);
    const found = lock[place];
    if (found) return found.link ? found.resolved : place;
    if (folder === '.') return undefined;
  }
}

/** `apps/gateway/node_modules/@fastify/cors` holds `@fastify/cors`, and `libs/service` is `@qflow/service`. */
const nameOf = (place: string): string =>
  place.includes('node_modules/')
    ? place.replace(/^.*node_modules\//, '')
    : `@qflow/${path.posix.basename(place)}`;
