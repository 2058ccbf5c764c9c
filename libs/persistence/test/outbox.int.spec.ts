import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import {
  createDataSource,
  createOutboxTable,
  inTransaction,
  migrate,
  OutboxRelay,
  packOutboxRows,
  sqlOf,
  writeOutbox,
  type OutboxEntry,
  type PublishAll,
} from '../src/index.js';
import { freshDatabase } from './fresh-database.js';

class Outbox1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createOutboxTable);
  }
  async down(): Promise<void> {}
}

class PackOutbox1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(packOutboxRows);
  }
  async down(): Promise<void> {}
}

const schema = { schema: 'spec', migrations: [Outbox1700000000001, PackOutbox1700000000002] };
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
  const stored: OutboxEntry[] = [];
  const state = { away: false };
  let watch = (): void => {};
  return {
    stored,
    state,
    async publish(entries: readonly OutboxEntry[]): ReturnType<PublishAll> {
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

/** Messages in the table. */
async function left(): Promise<number> {
  const [row] = await sqlOf(dataSource)<{ messages: string }>(
    'SELECT coalesce(sum(message_count), 0) AS messages FROM outbox',
  );
  return Number(row?.messages);
}
const rowsLeft = async (): Promise<number> =>
  (await dataSource.query<unknown[]>('SELECT FROM outbox')).length;

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
    await dataSource.query(`UPDATE outbox SET created_at = now() - interval '1 minute'`);
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

  it('is one row per transaction, however many messages, and a bounded one', async () => {
    const write = (entries: OutboxEntry[]): Promise<unknown> =>
      inTransaction(dataSource, (sql) => writeOutbox(sql, entries));
    await write([]);
    expect(await rowsLeft()).toBe(0);
    await write(Array.from({ length: 500 }, (_, n) => entry(`m${n}`)));
    expect(await rowsLeft()).toBe(1);
    await write(Array.from({ length: 501 }, (_, n) => entry(`n${n}`)));
    expect(await rowsLeft()).toBe(3);
    const large = { ...entry('large'), body: JSON.stringify('x'.repeat(600_000)) };
    await write([large, { ...large, msgId: 'larger' }, entry('small')]);
    expect(await rowsLeft()).toBe(5);
    expect(await left()).toBe(1004);
  });

  it('gives back every message as it was written, whatever is in it', async () => {
    const bodies = ['', '{}', '{"a":"😀\\n\\u0000"}', '"\\"', '[1,2]', 'line\nline', '{"é":"日本"}'];
    const entries: OutboxEntry[] = bodies.map((body, n) => ({
      ...entry(`odd${n}`),
      body,
      headers: { a: '"é\\"' },
    }));
    await inTransaction(dataSource, (sql) => writeOutbox(sql, entries));
    const nats = stream();
    const running = open(nats);
    running.start();
    await nats.until(() => nats.stored.length === entries.length);
    await running.stop();
    expect(nats.stored).toEqual(entries);
  });

  it('keeps of a row what was refused, and forgets the rest', async () => {
    const nats = stream();
    const running = open(nats);
    const names = ['a', 'refused1', 'b', 'refused2', 'c'];
    running.publish(await inTransaction(dataSource, (sql) => writeOutbox(sql, names.map(entry))));
    await running.stop();
    expect(nats.stored.map(({ msgId }) => msgId)).toEqual(['a', 'b', 'c']);
    expect(await left()).toBe(2);
    const mended: OutboxEntry[] = [];
    relay = new OutboxRelay({
      dataSource,
      publish: async (entries) => {
        mended.push(...entries);
        return { stored: entries.map(() => true), interrupted: false };
      },
      onError: () => {},
      orphanAfterMs: 0,
    });
    relay.start();
    await relay.stop();
    expect(mended).toEqual([entry('refused1'), entry('refused2')]);
    expect(await left()).toBe(0);
  });

  it('keeps of a row what was not stored when the stream went away in the middle of it', async () => {
    const nats = stream();
    relay = new OutboxRelay({
      dataSource,
      publish: async (entries) => ({ stored: entries.map(({ msgId }) => msgId < 'm3'), interrupted: true }),
      onError: () => {},
      orphanAfterMs: 0,
    });
    const entries = Array.from({ length: 6 }, (_, n) => entry(`m${n}`));
    relay.publish(await inTransaction(dataSource, (sql) => writeOutbox(sql, entries)));
    await relay.stop();
    expect(await left()).toBe(3);
    const running = open(nats);
    running.start();
    await nats.until(() => nats.stored.length > 0);
    await running.stop();
    expect(nats.stored).toEqual(entries.slice(3));
  });

  it('publishes once more what was published by a process that died before it could delete it', async () => {
    const nats = stream();
    const written = await inTransaction(dataSource, (sql) => writeOutbox(sql, [entry('twice')]));
    const died = open(nats);
    died.publish(written);
    await nats.until(() => nats.stored.length === 1);
    // Its deletion has not come yet; another replica finds the row.
    const successor = open(nats);
    successor.start();
    await nats.until(() => nats.stored.length === 2);
    await successor.stop();
    await died.stop();
    expect(nats.stored.map(({ msgId }) => msgId)).toEqual(['twice', 'twice']);
    expect(await left()).toBe(0);
  });

  it('deletes what is published when the database is back', async () => {
    const nats = stream();
    const errors: unknown[] = [];
    const written = await inTransaction(dataSource, (sql) => writeOutbox(sql, [entry('a')]));
    relay = new OutboxRelay({
      dataSource,
      publish: (entries) => nats.publish(entries),
      onError: (error) => errors.push(error),
      sweepEveryMs: 20,
      orphanAfterMs: 60_000,
    });
    await dataSource.query('ALTER TABLE outbox RENAME TO hidden');
    relay.start();
    relay.publish(written);
    const publishedAt = (): boolean => nats.stored.length > 0 && errors.length > 0;
    while (!publishedAt()) await dataSource.query('SELECT 1');
    await dataSource.query('ALTER TABLE hidden RENAME TO outbox');
    while ((await left()) > 0);
    await relay.stop();
    expect(nats.stored).toHaveLength(1);
  });

  it('is handed several transactions at once, and publishes them in order', async () => {
    const nats = stream();
    const running = open(nats);
    const written = [];
    for (let n = 0; n < 40; n++) {
      const entries = Array.from({ length: 30 }, (_, m) => entry(`${n}-${m}`));
      written.push(...(await inTransaction(dataSource, (sql) => writeOutbox(sql, entries))));
    }
    running.publish(written);
    await running.stop();
    expect(nats.stored.map(({ msgId }) => msgId)).toEqual(written.map(({ msgId }) => msgId));
    expect(await left()).toBe(0);
  });
});

describe('rows of the former shape', () => {
  const insert = (msgId: string): Promise<unknown> =>
    dataSource.query('INSERT INTO outbox (subject, msg_id, body, headers) VALUES ($1, $2, $3, $4)', [
      'comms.event.x',
      msgId,
      entry(msgId).body,
      entry(msgId).headers,
    ]);

  it('are published as they are, and so are those that a replica of the version before still writes', async () => {
    const fresh = await freshDatabase();
    const before = createDataSource({ url: fresh.url, ...schema, migrations: [Outbox1700000000001] });
    await migrate(before);
    await before.query(
      `INSERT INTO outbox (subject, msg_id, body, headers) VALUES ('s', 'm', '{"a":"😀"}', '{"h":"v"}')`,
    );
    const after = createDataSource({ url: fresh.url, ...schema });
    await migrate(after);
    await before.query(`INSERT INTO outbox (subject, msg_id, body, headers) VALUES ('s', 'n', '{}', '{}')`);
    await inTransaction(after, (sql) => writeOutbox(sql, [entry('new')]));
    const nats = stream();
    const running = new OutboxRelay({
      dataSource: after,
      publish: (entries) => nats.publish(entries),
      onError: () => {},
      orphanAfterMs: 0,
    });
    running.start();
    await running.stop();
    expect(nats.stored).toEqual([
      { subject: 's', msgId: 'm', body: '{"a":"😀"}', headers: { h: 'v' } },
      { subject: 's', msgId: 'n', body: '{}', headers: {} },
      entry('new'),
    ]);
    expect(await after.query('SELECT FROM outbox')).toEqual([]);
    await Promise.all([before.destroy(), after.destroy()]);
    await fresh.drop();
  });

  it('stay where they are refused, beside others', async () => {
    await insert('refused');
    await insert('good');
    const nats = stream();
    const running = open(nats);
    running.start();
    await nats.until(() => nats.stored.length > 0);
    await running.stop();
    expect(nats.stored).toEqual([entry('good')]);
    expect(running.lag).toBe(1);
  });
});

describe('migrations', () => {
  it('may be run by any number of replicas at once', async () => {
    const fresh = await freshDatabase();
    const sources = Array.from({ length: 4 }, () =>
      createDataSource({ url: fresh.url, ...schema, poolSize: 1 }),
    );
    const ran = await Promise.all(sources.map((source) => migrate(source)));
    expect(ran.flat()).toEqual(['Outbox1700000000001', 'PackOutbox1700000000002']);
    await Promise.all(sources.map((source) => source.destroy()));
    await fresh.drop();
  });
});
