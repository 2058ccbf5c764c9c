import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Every file below a folder by its path in it, with a digest of its bytes. */
export async function digestsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const digests = files.map(async (file) => [
    path.relative(folder, file),
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  ]);
  return Object.fromEntries(await Promise.all(digests)) as Record<string, string>;
}

/** CommonJS and ES modules find files beside them with these. In a bundle they are all in one place: in `lib/`. */
const ownPlace =
  /\b__dirname\b|\b__filename\b|\bimport\.meta\.(?:dirname|filename|resolve)\b|new URL\([^)]*import\.meta/;

/** @returns those of the files that look for others beside themselves, shortened to package and file */
export async function lookingBesideThemselves(files: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return files
    .filter((_, index) =>
      texts[index]!.split('\n').some((line) => !/^\s*(\*|\/\/)/.test(line) && ownPlace.test(line)),
    )
    .map((file) => file.replace(/^.*\/(node_modules|apps|libs)\//, ''));
}
