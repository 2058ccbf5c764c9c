import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';
import { packagesBeside } from './apps.js';
import { manifestFor, packageNameOf } from './packages.js';

/**
 * Decides which packages come into a bundle: what stands beside it does not, and neither does an optional package that
 * the app does not depend on. It may well be installed here, because another app does.
 *
 * @param dependencies names of all packages that the app depends on, directly or not
 * @param beside is told which packages have to stand beside the bundle
 */
export const chooseContents = (dependencies: ReadonlySet<string>, beside: Set<string>): Plugin => ({
  name: 'choose-contents',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point') return undefined;
      const name = packageNameOf(path);
      if (isBuiltin(path)) return { path, external: true };
      const standsBeside = packagesBeside[name];
      if (standsBeside) {
        for (const needed of [name, ...(standsBeside.needs ?? [])]) beside.add(needed);
        return { path, external: true };
      }
      return !dependencies.has(name) && isOptionalFor(importer, name) ? { path, external: true } : undefined;
    });
  },
});

const isOptionalFor = (importer: string, name: string): boolean =>
  manifestFor(importer).peerDependenciesMeta?.[name]?.optional ?? false;

/** An ES module that makes itself a `require`, the way Node's documentation shows it. */
const ownRequire = /^const require = createRequire\(import\.meta\.url\);$/m;

/** Lets esbuild see what such modules require: it follows `require` and nothing of another making. */
export const followRequires: Plugin = {
  name: 'follow-requires',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/](css-tree|@nestjs)[\\/].*\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      return ownRequire.test(contents) ? { contents: contents.replace(ownRequire, '') } : undefined;
    });
  },
};
