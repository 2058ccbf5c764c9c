import { existsSync } from 'node:fs';
import { readFile, rename, rm, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Commands } from './commands.js';
import type { Workshop } from './workshop.js';

/** The release that the Dockerfile's base image is made of. */
const release = 'bookworm';

/** What fills a Debian with files that no container reads. */
const deadWeight = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'var/lib/apt/lists',
  'var/cache/apt',
];

/** @throws Error where this is not Debian as root, before anything has been touched. */
export async function requireDebian(): Promise<void> {
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?=.*debian/m.test(system))
    throw new Error('This needs Debian or a system made from it: it installs packages with apt-get.');
  if (process.getuid?.() !== 0)
    throw new Error('This has to run as root: it installs packages and starts a Docker daemon.');
}

/** Installs packages with apt-get, without asking and without what they only recommend. */
export async function installPackages(commands: Commands, names: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await commands.run('apt-get', ['update'], { env });
  await commands.run('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env });
}

/** @returns whether the shell would find it; `/usr/sbin` counts, because `root` may lack it after a plain `su`. */
export function isOnPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(path.join(folder, program)));
}

/**
 * A minimal Debian as a folder, kept for the next run.
 * @param name of the folder
 * @param include packages beyond the minimum
 */
export async function debianRoot(
  { commands, workshop }: { commands: Commands; workshop: Workshop },
  name: string,
  include: readonly string[],
): Promise<string> {
  const root = workshop.at('debian', name);
  if (existsSync(root)) return root;
  const draft = `${root}.draft`;
  const cache = workshop.at('debian', 'packages');
  await rm(draft, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  const packages = include.length > 0 ? [`--include=${include.join(',')}`] : [];
  await commands.run('debootstrap', [
    ...['--variant=minbase', `--cache-dir=${cache}`, ...packages],
    ...[release, draft],
  ]);
  for (const folder of deadWeight) await rm(path.join(draft, folder), { recursive: true, force: true });
  await rename(draft, root);
  return root;
}

/** Unpacks one of Debian's packages without installing it. */
export async function unpackDebianPackage(
  { commands, workshop }: { commands: Commands; workshop: Workshop },
  name: string,
): Promise<string> {
  const folder = workshop.at('debian', name);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  // As the user _apt it could not write here, and would warn about it.
  await commands.run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', name], { cwd: draft });
  await commands.run('sh', ['-c', 'dpkg-deb -x ./*.deb root && rm ./*.deb'], { cwd: draft });
  await rename(path.join(draft, 'root'), folder);
  await rm(draft, { recursive: true });
  return folder;
}
