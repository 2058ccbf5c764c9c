import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Manifest {
  name: string;
  version: string;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** `@scope/name/some/file` is of `@scope/name`. */
export const packageNameOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** @returns what the manifest says of the package that a file belongs to, be it installed or of the workspace */
export function manifestFor(file: string): Manifest {
  const mark = `${path.sep}node_modules${path.sep}`;
  const start = file.lastIndexOf(mark) + mark.length;
  const folder =
    start < mark.length
      ? file.replace(/[\\/](dist|src)[\\/].*$/, '')
      : path.join(file.slice(0, start), packageNameOf(file.slice(start).split(path.sep).join('/')));
  return readManifest(folder);
}

/** Read once: a bundle is made of thousands of files. */
const manifests = new Map<string, Manifest>();

function readManifest(folder: string): Manifest {
  const known = manifests.get(folder);
  if (known) return known;
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  manifests.set(folder, manifest);
  return manifest;
}
