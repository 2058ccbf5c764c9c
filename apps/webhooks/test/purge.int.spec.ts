import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inTransaction } from '@qflow/persistence';
import { startReplay } from '../src/replay/start-replay.js';
import { deleteSubscription } from '../src/subscriptions/delete-subscription.js';
import { purgeDeleted } from '../src/subscriptions/purge-deleted.js';
import { LogFixture } from './log-fixture.js';

let log: LogFixture;

beforeAll(async () => {
  log = await LogFixture.start();
});
afterAll(() => log?.stop());

const day = 24 * 60 * 60 * 1000;
const tables = ['deliveries', 'waiting', 'pace', 'replays'];

const purge = (): Promise<boolean> => inTransaction(log.dataSource, purgeDeleted);
async function purgeAll(): Promise<void> {
  while (await purge());
}

/** A webhook with something of its own in every table. */
async function used(deliveries: number): Promise<string> {
  const id = await log.subscription();
  const rows = await log.log(
    id,
    ...Array.from({ length: deliveries }, (_, n) => ({
      status: 'dead' as const,
      attempts: 3,
      time: Date.now() - (n % 30) * day - n,
    })),
  );
  await log.wait(
    id,
    rows.map((row) => row.id),
    new Date(),
  );
  await log.sql(`INSERT INTO pace (subscription_id, free_at) VALUES ($1, now())`, [id]);
  await startReplay(log.sql, {
    accountId: log.accountId,
    subscriptionId: id,
    id: crypto.randomUUID(),
    since: new Date(Date.now() - day).toISOString(),
    until: null,
    status: null,
  });
  return id;
}

async function counts(subscriptionId: string): Promise<number[]> {
  const rows = await Promise.all(
    tables.map((table) =>
      log.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table} WHERE subscription_id = $1`, [
        subscriptionId,
      ]),
    ),
  );
  return rows.map(([row]) => row?.count ?? 0);
}
const attempts = async (): Promise<number> => (await log.sql('SELECT FROM attempts')).length;
const marks = (): Promise<{ id: string }[]> =>
  log.sql('SELECT id FROM subscriptions WHERE deleted_at IS NOT NULL ORDER BY id');

it('removes all that a deleted webhook had, in pieces, also where it is interrupted, and nothing of another', async () => {
  const [kept, gone] = [await used(3), await used(2_500)];
  expect(await attempts()).toBe(2 * 2_503);
  await deleteSubscription(log.sql, { accountId: log.accountId, id: gone });

  const interrupted = inTransaction(log.dataSource, async (sql) => {
    await purgeDeleted(sql);
    throw new Error('killed before the commit');
  });
  await expect(interrupted).rejects.toThrow('killed');
  expect(await counts(gone)).toEqual([2_500, 2_500, 1, 1]);

  let pieces = 0;
  while (await purge()) {
    pieces++;
    // Never is there a delivery without its attempts, or attempts without their delivery.
    const [left = 0] = await counts(gone);
    expect(await attempts()).toBe(2 * (left + 3));
  }
  expect(pieces).toBeGreaterThan(3);
  expect(await counts(gone)).toEqual([0, 0, 0, 0]);
  expect(await counts(kept)).toEqual([3, 3, 1, 1]);
  expect(await attempts()).toBe(6);
});

it('may be done by several replicas at once', async () => {
  const gone = await Promise.all([used(1_500), used(1_500)]);
  for (const id of gone) await deleteSubscription(log.sql, { accountId: log.accountId, id });
  await Promise.all([purgeAll(), purgeAll(), purgeAll()]);
  await purgeAll();
  for (const id of gone) expect(await counts(id)).toEqual([0, 0, 0, 0]);
});

it('removes what an attempt that was under way leaves behind, and then the mark of the webhook', async () => {
  await log.sql('DELETE FROM subscriptions WHERE deleted_at IS NOT NULL');
  const gone = await used(1);
  await deleteSubscription(log.sql, { accountId: log.accountId, id: gone });
  await purgeAll();
  await log.log(gone, { status: 'delivered' });
  expect(await marks()).toEqual([{ id: gone }]);
  await purgeAll();
  expect(await counts(gone)).toEqual([0, 0, 0, 0]);
  await log.sql(`UPDATE subscriptions SET deleted_at = now() - interval '3 minutes' WHERE id = $1`, [gone]);
  await purgeAll();
  expect(await marks()).toEqual([]);
});
