import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type App, distOf, programs, workspaceRoot } from './apps.js';
import { copyFolders, copyPackages } from './copy-beside.js';
import { dependenciesOf, refuseForeign } from './dependencies.js';
import { manifestFor } from './packages.js';
import { runEsbuild } from './run-esbuild.js';
import { sbomOf } from './sbom.js';

/** What a bundle is made of. */
export interface Bundle {
  /** What can be run, such as `main.js`. */
  programs: string[];
  /** The files whose code is bundled. */
  files: string[];
  /** `name@version` of the packages that it holds, those of the workspace included. */
  packages: string[];
}

/**
 * Makes the folder that an image runs: its programs, their modules in `lib/`, the packages that cannot be bundled, and
 * the SBOM. Bundled is what tsc has made, because esbuild knows nothing of decorator metadata; the app has to be built
 * before.
 *
 * @param out a folder that is emptied first
 * @throws Error when the app is not built, or when it imports a package that it does not depend on
 */
export async function bundleApp(app: App, out: string): Promise<Bundle> {
  const found = programs.filter((program) => existsSync(path.join(distOf(app), `${program}.js`)));
  if (!found.includes('main')) throw new Error(`apps/${app} is not built: it has no dist/main.js`);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });

  const dependencies = await dependenciesOf(app);
  const { files, beside } = await runEsbuild(app, found, path.join(out, 'lib'), dependencies.names);
  await copyPackages(beside, out);
  await copyFolders(app, path.join(out, 'lib'));
  const packages = packagesOf(app, files, beside);
  refuseForeign(app, packages, dependencies);

  const { name, version, license } = await manifestOf(app);
  const sbom = await sbomOf(`${name}@${version}`, packages);
  const write = (file: string, text: string) => writeFile(path.join(out, file), `${text}\n`);
  for (const program of found) await write(`${program}.js`, launcherOf(program));
  await write('health-check.js', `import './lib/health-check.js';`);
  await write('sbom.cdx.json', JSON.stringify(sbom, null, 2));
  // Tells Node that these are ES modules, and a reader what they are.
  await write('package.json', JSON.stringify({ name, version, license, type: 'module' }));
  return { programs: found.map((program) => `${program}.js`), files, packages };
}

/** Signals first: the rest takes half a second to load. */
const launcherOf = (program: string): string =>
  `import './lib/early-signals.js';\nawait import('./lib/${program}.js');`;

function packagesOf(app: App, files: readonly string[], beside: Iterable<string>): string[] {
  const foldersOfBeside = [...beside].map((name) =>
    path.join(workspaceRoot, 'node_modules', name, 'package.json'),
  );
  const manifests = [...files, ...foldersOfBeside].map(manifestFor);
  return [...new Set(manifests.map(({ name, version }) => `${name}@${version}`))].sort();
}

async function manifestOf(app: App): Promise<Record<'name' | 'version' | 'license', string>> {
  const text = await readFile(path.join(workspaceRoot, 'apps', app, 'package.json'), 'utf8');
  return JSON.parse(text) as Record<'name' | 'version' | 'license', string>;
}
