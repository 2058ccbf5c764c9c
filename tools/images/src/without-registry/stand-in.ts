import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Commands } from './commands.js';
import { scriptsFolder, type Workshop } from './workshop.js';

export interface Tools {
  readonly commands: Commands;
  readonly workshop: Workshop;
  /** Tells a person what goes on. */
  readonly log: (line: string) => void;
}

/** An image that is made here because no registry can be asked for it. */
export interface StandIn {
  /** The name under which the Dockerfile or the compose file asks for the real one. */
  readonly image: string;
  /** What it is made from, for a person. */
  readonly from: string;
  make(tools: Tools): Promise<void>;
}

/** A folder to make an image in, with what is in another one, owners and all. */
export async function copyOf({ commands, workshop }: Tools, folder: string): Promise<string> {
  const root = await emptyRoot(workshop);
  await commands.run('cp', ['-a', `${folder}/.`, root]);
  return root;
}

/** An empty folder to make an image in. */
export async function emptyRoot(workshop: Workshop): Promise<string> {
  const root = workshop.at('root');
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { mode: 0o755 });
  // Whatever the umask says: this becomes the container's /.
  await chmod(root, 0o755);
  return root;
}

/** Puts one of our scripts where programs are. */
export async function scriptInto(root: string, script: string): Promise<void> {
  const folder = path.join(root, 'usr/local/bin');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, path.basename(script));
  await copyFile(path.join(scriptsFolder, script), file);
  await chmod(file, 0o755);
}
