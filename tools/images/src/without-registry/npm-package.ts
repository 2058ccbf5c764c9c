import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Commands } from './commands.js';
import type { Workshop } from './workshop.js';

/**
 * Downloads a package from npm and unpacks it, without running anything of it. Kept for the next run.
 * @param wanted such as `npm@11`
 * @returns the folder with its `package.json`.
 */
export async function unpackNpmPackage(
  { commands, workshop }: { commands: Commands; workshop: Workshop },
  wanted: string,
): Promise<string> {
  const folder = workshop.at('npm', wanted);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await commands.run('npm', ['pack', wanted, '--ignore-scripts', '--silent', '--pack-destination', draft]);
  await commands.run('sh', ['-c', 'tar -xzf ./*.tgz'], { cwd: draft });
  await rename(path.join(draft, 'package'), folder);
  await rm(draft, { recursive: true });
  return folder;
}
