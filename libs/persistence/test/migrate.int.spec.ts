import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { createDataSource, migrate, pendingMigrations, sqlOf } from '../src/index.js';
import { freshDatabase } from './fresh-database.js';

class First1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE things (id int)');
  }
  async down(): Promise<void> {}
}

class Second1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE things ADD name text');
  }
  async down(): Promise<void> {}
}

/** As where PostgreSQL is restarted meanwhile: it ends the connection that holds the lock. */
class Interrupted1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    throw new Error('the connection is lost');
  }
  async down(): Promise<void> {}
}

const older = [First1700000000001];
const newer = [First1700000000001, Second1700000000002];

let database: Awaited<ReturnType<typeof freshDatabase>>;
let url: string;
const open: DataSource[] = [];

/** As a role that may connect and use its own schema, and nothing else. */
beforeAll(async () => {
  database = await freshDatabase();
  const owner = await connected(database.url, []);
  const role = `role_${new URL(database.url).pathname.slice(1)}`;
  await sqlOf(owner)(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  await sqlOf(owner)(`CREATE SCHEMA things AUTHORIZATION ${role}`);
  const own = new URL(database.url);
  [own.username, own.password] = [role, 'secret'];
  url = own.href;
});
afterAll(async () => {
  const [owner, ...others] = open as [DataSource, ...DataSource[]];
  await Promise.all(others.map((one) => one.destroy()));
  const role = new URL(url).username;
  await sqlOf(owner)(`DROP OWNED BY ${role}`);
  await sqlOf(owner)(`DROP ROLE ${role}`);
  await owner.destroy();
  await database.drop();
});

async function connected(to: string, migrations: typeof newer, schema = 'things'): Promise<DataSource> {
  const dataSource = createDataSource({ url: to, schema, migrations, poolSize: 2 });
  open.push(dataSource);
  return dataSource.initialize();
}

describe('a schema of a role of its own', () => {
  it('has all migrations to come before the first one has run, and where it does not exist', async () => {
    expect(await pendingMigrations(await connected(url, newer))).toEqual(newer.map(({ name }) => name));
    expect(await pendingMigrations(await connected(url, older, 'nowhere'))).toEqual(['First1700000000001']);
  });

  it('is migrated without the right to make schemas, by one of several that try at once', async () => {
    const ran = await Promise.all([1, 2, 3].map(async () => migrate(await connected(url, older))));
    expect(ran.flat()).toEqual(['First1700000000001']);
    expect(await pendingMigrations(await connected(url, older))).toEqual([]);
  });

  it('that could not be migrated because a connection broke says so, in one error', async () => {
    const interrupted = await connected(database.url, [Interrupted1700000000001], 'interrupted');
    await expect(migrate(interrupted)).rejects.toThrow('the connection is lost');
  });

  it('is not made by who may not', async () => {
    const dataSource = await connected(url, older, 'nowhere');
    await expect(migrate(dataSource)).rejects.toThrow(/permission denied for database/);
  });

  it('lacks nothing for the code of the version before', async () => {
    const tomorrow = await connected(url, newer);
    expect(await pendingMigrations(tomorrow)).toEqual(['Second1700000000002']);
    await migrate(tomorrow);
    expect(await pendingMigrations(await connected(url, older))).toEqual([]);
  });
});
