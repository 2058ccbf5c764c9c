import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serviceNames, type ServiceName } from '../../src/stack/services.js';

/** A checkout whose services are small and obedient. */
export interface FakeWorkspace {
  readonly root: string;
  /** What the services' programs did, in order: `migrate gateway`, `admin user create …`, `start sender`. */
  journal(): Promise<string[]>;
  /** Replaces a service's `main.js`. */
  replace(name: ServiceName, source: string): Promise<void>;
}

/** Lays out `apps/<app>/dist/{main,migrate,admin}.js` as the real workspace has them after a build. */
export async function fakeWorkspace(root: string): Promise<FakeWorkspace> {
  const journal = path.join(root, 'journal');
  await mkdir(root, { recursive: true });
  await writeFile(path.join(root, 'package.json'), '{ "type": "module" }');
  await writeFile(journal, '');
  for (const name of serviceNames) {
    await cp(path.join(import.meta.dirname, 'fake-app'), path.join(root, 'apps', name, 'dist'), {
      recursive: true,
    });
  }
  return {
    root,
    journal: async () => (await readFile(journal, 'utf8')).split('\n').filter(Boolean),
    replace: (name, source) => writeFile(path.join(root, 'apps', name, 'dist', 'main.js'), source),
  };
}
