import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Commands } from './commands.js';
import type { Workshop } from './workshop.js';

/** On every image that this tool makes: what lacks it was pulled or made by somebody else. */
const label = 'org.qflow.stand-in';

/** What is under a name: nothing, an image that this tool made, or somebody else's. */
export async function whatIs(commands: Commands, name: string): Promise<'nothing' | 'stand-in' | 'real'> {
  const format = `{{index .Config.Labels "${label}"}}`;
  const { code, stdout } = await commands.attempt('docker', ['image', 'inspect', '--format', format, name]);
  if (code !== 0) return 'nothing';
  return stdout.trim() === 'yes' ? 'stand-in' : 'real';
}

/**
 * Makes an image of one layer from a folder, which has to look like the image's `/`.
 * @param settings how it runs: lines of a Dockerfile
 */
export async function imageFrom(
  { commands, workshop }: { commands: Commands; workshop: Workshop },
  name: string,
  root: string,
  settings: readonly string[],
): Promise<void> {
  const context = workshop.at('context');
  await mkdir(context, { recursive: true });
  await commands.run('tar', ['-C', root, '-cf', path.join(context, 'root.tar'), '.']);
  // Not `docker import`: it does not take every setting, such as the signal that stops a container.
  const lines = ['FROM scratch', 'ADD root.tar /', ...settings, `LABEL ${label}=yes`, ''];
  await writeFile(path.join(context, 'Dockerfile'), lines.join('\n'));
  await commands.run('docker', ['build', '--tag', name, context]);
  await rm(context, { recursive: true });
}

/** The size of an image as Docker tells it, in MB. */
export async function sizeOf(commands: Commands, name: string): Promise<number> {
  const bytes = await commands.run('docker', ['image', 'inspect', '--format', '{{.Size}}', name]);
  return Number(bytes) / 1e6;
}
