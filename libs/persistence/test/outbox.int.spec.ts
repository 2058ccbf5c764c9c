import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import {
  createDataSource,
  createOutboxTable,
  inTransaction,
  migrate,
  OutboxRelay,
  writeOutbox,
  type OutboxEntry,
  type PublishAll,
  type StoredOutboxEntry,
} from '../src/index.js';
import { freshDatabase } from './fresh-database.js';

class Outbox1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createOutboxTable);
  }
  async down(): Promise<void> {}
}

const schema = { schema: 'spec', migrations: [Outbox1700000000001] };
let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let relay: OutboxRelay | undefined;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = createDataSource({ url: database.url, ...schema });
  await migrate(dataSource);
});
afterEach(async () => {
  await relay?.stop();
  relay = undefined;
  await dataSource.query('DELETE FROM outbox');
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const entry = (msgId: string): OutboxEntry => ({
  subject: 'comms.event.x',
  msgId,
  body: JSON.stringify({ msgId }),
  headers: { 'Qflow-Request-Id': 'r1' },
});

/** A stream that notes what it stores, and can be away. */
function stream() {
  const stored: StoredOutboxEntry[] = [];
  const state = { away: false };
  let watch = (): void => {};
  return {
    stored,
    state,
    async publish(entries: readonly StoredOutboxEntry[]): ReturnType<PublishAll> {
      const taken = entries.map(({ msgId }) => !state.away && !msgId.startsWith('refused'));
      stored.push(...entries.filter((_, index) => taken[index]));
      watch();
      return { stored: taken, interrupted: state.away };
    },
    /** Resolves at the next publish after which `condition` holds. */
    until: (condition: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        watch = () => {
          if (condition()) resolve();
        };
        watch();
      }),
  };
}

function open(nats: ReturnType<typeof stream>): OutboxRelay {
  const publish: PublishAll = (entries) => nats.publish(entries);
  relay = new OutboxRelay({ dataSource, publish, onError: () => {}, sweepEveryMs: 20, orphanAfterMs: 0 });
  return relay;
}

const left = async (): Promise<number> => (await dataSource.query<unknown[]>('SELECT FROM outbox')).length;

describe('the outbox', () => {
  it('publishes what was committed and then forgets it', async () => {
    const nats = stream();
    const entries = await inTransaction(dataSource, (sql) => writeOutbox(sql, [entry('a'), entry('b')]));
    const running = open(nats);
    running.publish(entries);
    await running.stop();
    expect(nats.stored).toEqual([expect.objectContaining(entry('a')), expect.objectContaining(entry('b'))]);
    expect(await left()).toBe(0);
  });

  it('holds nothing of a transaction that was rolled back', async () => {
    await expect(
      inTransaction(dataSource, async (sql) => {
        await writeOutbox(sql, [entry('a')]);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await left()).toBe(0);
  });

  it('finds what a process that died after its commit left behind', async () => {
    await inTransaction(dataSource, (sql) => writeOutbox(sql, [entry('orphan')]));
    const nats = stream();
    const running = open(nats);
    running.start();
    await nats.until(() => nats.stored.length > 0);
    await running.stop();
    expect(nats.stored.map(({ msgId, headers }) => [msgId, headers])).toEqual([
      ['orphan', { 'Qflow-Request-Id': 'r1' }],
    ]);
    expect(await left()).toBe(0);
  });

  it('gets past entries that the stream will never take, and counts them', async () => {
    const nats = stream();
    const entries = [...Array.from({ length: 700 }, (_, n) => entry(`refused${n}`)), entry('good')];
    await inTransaction(dataSource, (sql) => writeOutbox(sql, entries));
    const running = open(nats);
    running.start();
    await nats.until(() => nats.stored.length > 0);
    await running.stop();
    expect(nats.stored.map(({ msgId }) => msgId)).toEqual(['good']);
    expect(await left()).toBe(700);
    expect(running.lag).toBe(700);
  });

  it('knows how long the oldest of them has been waiting, until it is published', async () => {
    const nats = stream();
    await inTransaction(dataSource, (sql) => writeOutbox(sql, [entry('refused'), entry('good')]));
    await dataSource.query(
      `UPDATE outbox SET created_at = now() - interval '1 minute' WHERE msg_id = 'refused'`,
    );
    const running = open(nats);
    expect(running.ageMs).toBe(0);
    running.start();
    await nats.until(() => nats.stored.length > 0);
    await running.stop();
    expect(running.ageMs).toBeGreaterThanOrEqual(60_000);
    await dataSource.query('DELETE FROM outbox');
    const again = open(nats);
    again.start();
    await again.stop();
    expect(again.ageMs).toBe(0);
  });

  it('knows that already while it publishes what has been waiting', async () => {
    const nats = stream();
    await inTransaction(dataSource, (sql) => writeOutbox(sql, [entry('old')]));
    await dataSource.query(`UPDATE outbox SET created_at = now() - interval '1 minute'`);
    const running = open(nats);
    const seen = nats.until(() => nats.stored.length > 0).then(() => running.ageMs);
    running.start();
    expect(await seen).toBeGreaterThanOrEqual(60_000);
  });

  it('keeps everything while the stream is away, and loses nothing of it', async () => {
    const nats = stream();
    nats.state.away = true;
    const running = open(nats);
    const entries = Array.from({ length: 1200 }, (_, n) => entry(`m${n}`));
    running.publish(await inTransaction(dataSource, (sql) => writeOutbox(sql, entries)));
    running.start();
    expect(await left()).toBe(1200);
    nats.state.away = false;
    await nats.until(() => new Set(nats.stored.map(({ msgId }) => msgId)).size === 1200);
    await running.stop();
    expect(await left()).toBe(0);
  });
});

describe('migrations', () => {
  it('may be run by any number of replicas at once', async () => {
    const fresh = await freshDatabase();
    const sources = Array.from({ length: 4 }, () =>
      createDataSource({ url: fresh.url, ...schema, poolSize: 1 }),
    );
    const ran = await Promise.all(sources.map((source) => migrate(source)));
    expect(ran.flat()).toEqual(['Outbox1700000000001']);
    await Promise.all(sources.map((source) => source.destroy()));
    await fresh.drop();
  });
});
