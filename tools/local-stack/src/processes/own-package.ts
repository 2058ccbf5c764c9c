import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { callersEnvironment } from './environment.js';

/** A program from npm that the workspace's own installation cannot have. */
export interface OwnPackage {
  /** Holds a package.json and its lock; in there stands why it is on its own. */
  readonly folder: string;
  /** The program, from `node_modules` on. */
  readonly program: string;
}

const programOf = ({ folder, program }: OwnPackage): string => path.join(folder, 'node_modules', program);

/** Looks on the disk itself: resolvers, Jest's above all, remember that something was not there a moment ago. */
export const installedProgram = (wanted: OwnPackage): string | undefined =>
  existsSync(programOf(wanted)) ? programOf(wanted) : undefined;

/**
 * Installs beside the final place and moves it there when it is whole: several test runs may need it at once, and
 * whichever is last finds that the job is done.
 * @returns the program's path
 * @throws Error with what npm said
 */
export async function installOwnPackage(wanted: OwnPackage): Promise<string> {
  const { folder } = wanted;
  const draft = path.join(folder, '.local', String(process.pid));
  try {
    await mkdir(draft, { recursive: true });
    for (const file of ['package.json', 'package-lock.json'])
      await cp(path.join(folder, file), path.join(draft, file));
    await promisify(execFile)('npm', ['ci'], { cwd: draft, env: callersEnvironment() });
    await rename(path.join(draft, 'node_modules'), path.join(folder, 'node_modules'));
  } catch (error) {
    const others = installedProgram(wanted);
    if (others) return others;
    throw new Error((error as { stderr?: string }).stderr ?? String(error), { cause: error });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const installed = installedProgram(wanted);
  if (!installed) throw new Error(`npm installed it, but there is no ${wanted.program} in it.`);
  return installed;
}
