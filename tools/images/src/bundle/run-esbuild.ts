import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { type App, distOf, workspaceRoot } from './apps.js';
import { chooseContents, followRequires } from './esbuild-plugins.js';

const runtime = path.join(workspaceRoot, 'tools/images/src/bundle/runtime');

/** CommonJS packages require Node's own modules: in an ES module they have to be given a `require`. */
const js = `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);`;

/**
 * Bundles the programs of an app into modules that share what they have in common.
 *
 * @param dependencies names of all packages that the app depends on
 * @returns the files whose code is in it, and the packages that have to stand beside it
 */
export async function runEsbuild(
  app: App,
  found: readonly string[],
  out: string,
  dependencies: ReadonlySet<string>,
): Promise<{ files: string[]; beside: Set<string> }> {
  const beside = new Set<string>();
  const { metafile } = await build({
    entryPoints: [
      ...found.map((program) => path.join(distOf(app), `${program}.js`)),
      path.join(runtime, 'early-signals.ts'),
      path.join(runtime, 'health-check.ts'),
    ],
    entryNames: '[name]',
    outdir: out,
    absWorkingDir: workspaceRoot,
    bundle: true,
    splitting: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Nest and TypeORM find things by the names of their classes.
    keepNames: true,
    banner: { js },
    plugins: [chooseContents(dependencies, beside), followRequires],
    metafile: true,
    logLevel: 'warning',
  });
  return { files: filesIn(metafile), beside };
}

/** What was looked at and left out again does not count, nor do the two modules of ours. */
function filesIn({ outputs }: Metafile): string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const files = new Set(used.map(([file]) => path.resolve(workspaceRoot, file)));
  return [...files].filter((file) => path.dirname(file) !== runtime).sort();
}
