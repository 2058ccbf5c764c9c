import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommsEventV1, FormatName, RetryRules } from '@qflow/contracts';
import { createDataSource, inTransaction, sqlOf, type Sql } from '@qflow/persistence';
import { testPlatform, type TestPlatform } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { webhooksSchema } from '../src/config.js';
import { migrations } from '../src/migrations/index.js';
import type { Ending } from '../src/standing/ending.js';
import { recoveredEvent } from '../src/standing/endpoint-event.js';
import { updateStanding, type StandingUpdate } from '../src/standing/update-standing.js';
import type { SubscriptionRow } from '../src/subscriptions/subscription.js';

let platform: TestPlatform;
let dataSource: DataSource;
let sql: Sql;

beforeAll(async () => {
  platform = await testPlatform({ schema: webhooksSchema, migrations });
  dataSource = createDataSource({
    url: platform.databaseUrl,
    schema: webhooksSchema,
    migrations,
    poolSize: 10,
  });
  await dataSource.initialize();
  sql = sqlOf(dataSource);
});
afterAll(async () => {
  await dataSource?.destroy();
  await platform?.stop();
});

const accountId = randomUUID();

async function subscription(format: FormatName = 'emailflow', retry: RetryRules = {}): Promise<string> {
  const id = randomUUID();
  await sql(
    `INSERT INTO subscriptions (id, account_id, is_default, url, format, secret, retry)
     VALUES ($1, $2, false, 'https://hooks.example.com/in?key=1', $3, '', $4)`,
    [id, accountId, format, retry],
  );
  return id;
}

const endings = (subscriptionId: string, outcome: Ending['outcome'], count = 1): Ending[] =>
  Array.from({ length: count }, () => ({
    subscriptionId,
    accountId,
    eventType: 'comms.delivered',
    outcome,
    error: outcome === 'delivered' ? null : `answered ${outcome === 'gone' ? 410 : 500}`,
    changedAt: null,
  }));

const update = (...batch: Ending[][]): Promise<StandingUpdate> =>
  inTransaction(dataSource, (own) => updateStanding(own, batch.flat()));

async function row(id: string): Promise<SubscriptionRow & { version: string }> {
  const [found] = await sql<SubscriptionRow & { version: string }>(
    'SELECT *, xmin::text AS version FROM subscriptions WHERE id = $1',
    [id],
  );
  if (!found) throw new Error('no such subscription');
  return found;
}

const eventsOf = ({ entries }: Pick<StandingUpdate, 'entries'>): CommsEventV1[] =>
  entries.map(({ body }) => JSON.parse(body) as CommsEventV1);
const typesOf = (result: Pick<StandingUpdate, 'entries'>): string[] =>
  eventsOf(result).map(({ type }) => type);

describe('updateStanding', () => {
  it('neither writes nor locks anything for plain successes', async () => {
    const ids = [await subscription(), await subscription('qflow')];
    const before = await Promise.all(ids.map(row));
    // Somebody else holds the rows all the while: a statement that wanted a lock would wait here for ever.
    await inTransaction(dataSource, async (other) => {
      await other('SELECT FROM subscriptions WHERE id = ANY($1::uuid[]) FOR UPDATE', [ids]);
      const batch = ids.map((id) => endings(id, 'delivered', 5));
      expect(await update(...batch)).toEqual({ entries: [], changed: [], turns: [] });
    });
    expect(await Promise.all(ids.map(row))).toEqual(before);
  });

  it('disables an EmailFlow subscription after 20 deliveries that failed for good', async () => {
    const id = await subscription();
    expect(typesOf(await update(endings(id, 'given-up', 19)))).toEqual(
      Array.from({ length: 3 }, () => 'endpoint.failing'),
    );
    expect(await row(id)).toMatchObject({ active: true, failures: 19, warned: 90, disabled_reason: null });
    const last = await update(endings(id, 'given-up'));
    expect(last.changed).toEqual([accountId]);
    expect(last.turns).toMatchObject([{ subscriptionId: id, accountId, type: 'endpoint.disabled' }]);
    expect(last.entries).toMatchObject([{ subject: `comms.event.${accountId}.endpoint.disabled.v1` }]);
    expect(eventsOf(last)).toMatchObject([
      {
        kind: 'comms.event',
        type: 'endpoint.disabled',
        accountId,
        data: {
          attendeeId: null,
          status: 'disabled',
          error: 'answered 500',
          endpoint: {
            id,
            url: 'https://hooks.example.com/in?key=1',
            failures: 20,
            disableAfter: 20,
            disabledReason: 'failures',
            lastError: 'answered 500',
          },
        },
      },
    ]);
    expect(await row(id)).toMatchObject({
      active: false,
      failures: 20,
      disabled_reason: 'failures',
      disabled_at: expect.any(Date),
    });
    // What was still under way changes nothing any more.
    const late = await update(endings(id, 'delivered'), endings(id, 'gone'), endings(id, 'given-up'));
    expect(late).toEqual({ entries: [], changed: [], turns: [] });
    expect(await row(id)).toMatchObject({ active: false, failures: 20 });
  });

  it('begins to count anew after a success in between', async () => {
    const id = await subscription('standard');
    await update(endings(id, 'given-up', 9), endings(id, 'delivered'), endings(id, 'given-up', 9));
    expect(await row(id)).toMatchObject({ active: true, failures: 9, warned: 0 });
    await update(endings(id, 'given-up'));
    expect(typesOf(await update(endings(id, 'delivered', 3)))).toEqual(['endpoint.recovered']);
    expect(await row(id)).toMatchObject({ failures: 0, warned: 0 });
  });

  it.each<FormatName>(['qflow', 'sendcomms'])('never disables format %s unless told to', async (format) => {
    const [never, told] = [await subscription(format), await subscription(format, { disableAfter: 3 })];
    await update(endings(never, 'given-up', 60), endings(told, 'given-up', 3));
    expect([await row(never), await row(told)]).toMatchObject([
      { active: true, failures: 60, warned: 100 },
      { active: false, disabled_reason: 'failures' },
    ]);
  });

  it('disables an endpoint that is gone at once', async () => {
    const id = await subscription('qflow');
    expect(typesOf(await update(endings(id, 'gone')))).toEqual(['endpoint.disabled']);
    expect(await row(id)).toMatchObject({ active: false, disabled_reason: 'gone' });
  });

  it('knows nothing of deleted and unknown subscriptions', async () => {
    const id = await subscription();
    await sql('UPDATE subscriptions SET deleted_at = now() WHERE id = $1', [id]);
    const nothing = { entries: [], changed: [], turns: [] };
    expect(await update(endings(id, 'gone'), endings(randomUUID(), 'gone'))).toEqual(nothing);
    expect(await update()).toEqual(nothing);
  });

  it('keeps subscriptions of one batch apart', async () => {
    const [a, b, c] = [await subscription(), await subscription(), await subscription()];
    await update(endings(b, 'given-up', 4));
    const mixed = Array.from({ length: 6 }, () => [
      ...endings(a, 'given-up'),
      ...endings(b, 'delivered'),
      ...endings(c, 'delivered'),
    ]);
    await update(...mixed);
    expect((await Promise.all([a, b, c].map(row))).map(({ failures }) => failures)).toEqual([6, 0, 0]);
  });

  it('counts every failure once and disables once, however many replicas count at the same time', async () => {
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => subscription('emailflow', { disableAfter: 100 })),
    );
    const orders = [ids, [...ids].reverse()];
    const batches = Array.from({ length: 40 }, (_, index) =>
      update(...(orders[index % 2] as string[]).map((id) => endings(id, 'given-up', 2))),
    );
    const results = await Promise.all(batches);
    expect((await Promise.all(ids.map(row))).map(({ failures }) => failures)).toEqual(ids.map(() => 80));
    expect(results.flatMap(typesOf)).toHaveLength(ids.length * 2);
    const rest = await Promise.all(
      Array.from({ length: 30 }, () => update(...ids.map((id) => endings(id, 'given-up')))),
    );
    const types = rest.flatMap(typesOf);
    expect(types.filter((type) => type === 'endpoint.disabled')).toHaveLength(ids.length);
    expect(
      (await Promise.all(ids.map(row))).every(({ active, failures }) => !active && failures === 100),
    ).toBe(true);
  });

  it('tells nobody where the transaction does not commit', async () => {
    const id = await subscription();
    const failing = inTransaction(dataSource, async (own) => {
      await updateStanding(own, endings(id, 'gone'));
      throw new Error('killed before the commit');
    });
    await expect(failing).rejects.toThrow('killed');
    expect(await row(id)).toMatchObject({ active: true, failures: 0 });
  });
});

describe('recoveredEvent', () => {
  it('is told of what was disabled or failing, and not of a mere pause', async () => {
    const [failed, gone, failing, paused] = [
      await subscription(),
      await subscription(),
      await subscription(),
      await subscription(),
    ];
    await update(endings(failed, 'given-up', 20), endings(gone, 'gone'), endings(failing, 'given-up', 10));
    await sql(`UPDATE subscriptions SET active = false, disabled_reason = 'paused' WHERE id = $1`, [paused]);
    for (const id of [failed, gone, failing]) {
      const entry = recoveredEvent(await row(id), await row(id));
      expect(eventsOf({ entries: entry ? [entry] : [] })).toMatchObject([
        {
          type: 'endpoint.recovered',
          data: { status: 'recovered', error: null, endpoint: { id, failures: 0 } },
        },
      ]);
    }
    expect(recoveredEvent(await row(paused), await row(paused))).toBeNull();
  });
});
