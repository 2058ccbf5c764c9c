import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { type App, distOf, foldersBeside, packagesBeside, workspaceRoot } from './apps.js';

/** Puts packages that cannot be bundled where Node looks for them, with the files that are needed and no others. */
export async function copyPackages(names: Iterable<string>, out: string): Promise<void> {
  for (const name of names) {
    const from = path.join(workspaceRoot, 'node_modules', name);
    const { files } = packagesBeside[name]!;
    await copyFiles(from, path.join(out, 'node_modules', name), (file) => files.test(file));
  }
}

/** Puts the JavaScript that an app reads itself beside the bundle, which is where it looks for it. */
export async function copyFolders(app: App, out: string): Promise<void> {
  for (const { from, to } of foldersBeside[app] ?? [])
    await copyFiles(path.join(distOf(app), from), path.join(out, to), (file) => file.endsWith('.js'));
}

async function copyFiles(from: string, to: string, isWanted: (file: string) => boolean): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(from, path.join(entry.parentPath, entry.name)))
    .filter((file) => isWanted(file.split(path.sep).join('/')));
  if (files.length === 0) throw new Error(`Nothing of ${from} is wanted: has it changed?`);
  for (const file of files) {
    await mkdir(path.dirname(path.join(to, file)), { recursive: true });
    await cp(path.join(from, file), path.join(to, file));
  }
}
