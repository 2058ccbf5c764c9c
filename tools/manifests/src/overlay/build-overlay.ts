import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { kustomizeBuild } from './kustomize.js';
import { Manifests } from './manifests.js';
import { parseObjects } from './parse-objects.js';

/**
 * Renders an overlay and reads its objects.
 * @throws Error where kustomize refuses it, a key or an object is there twice
 */
export async function buildOverlay(directory: string): Promise<Manifests> {
  return new Manifests(parseObjects(await kustomizeBuild(directory), directory));
}

/** A component renders nothing by itself: this renders what it makes of `resources`, after `components` before it. */
export async function buildComponents(
  resources: readonly string[],
  components: readonly string[],
): Promise<Manifests> {
  const probe = await realpath(await mkdtemp(path.join(tmpdir(), 'qflow-overlay-')));
  // kustomize refuses absolute paths.
  const relative = (directory: string) => path.relative(probe, path.resolve(directory));
  try {
    await writeFile(
      path.join(probe, 'kustomization.yaml'),
      stringify({
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        resources: resources.map(relative),
        components: components.map(relative),
      }),
    );
    return await buildOverlay(probe);
  } finally {
    await rm(probe, { recursive: true });
  }
}
