import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedId, sqlOf } from '@qflow/persistence';
import { storeDelivered } from '../src/deliveries/store-delivered.js';
import type { AttemptedEntry } from '../src/deliveries/record-attempts.js';
import { WebhooksHarness } from './webhooks-harness.js';

let harness: WebhooksHarness;
const at = new Date();

beforeAll(async () => {
  harness = await WebhooksHarness.start();
});
afterAll(() => harness.stop());

const store = (entries: AttemptedEntry[]): Promise<boolean> =>
  storeDelivered(sqlOf(harness.dataSource), entries);

const rows = (accountId: string) =>
  harness.query<{ id: string; body: string }>(
    'SELECT * FROM deliveries WHERE account_id = $1 ORDER BY body',
    [accountId],
  );

const registered = async (accountId: string): Promise<string> =>
  (await harness.subscribe(accountId, 'http://127.0.0.1:9999/hook')).id;

/** A success that is not in the log yet. */
function success(accountId: string, subscriptionId: string, body = '{"text":"\\"quoted\\" \\\\ {x,y}"}') {
  const entry: AttemptedEntry = {
    delivery: {
      id: derivedId(at.getTime(), randomUUID()),
      subscriptionId,
      accountId,
      eventId: randomUUID(),
      eventType: 'comms.sent',
      sendId: null,
      correlationId: null,
      origin: 'event',
      replayOf: null,
      body,
      attempts: 0,
      expiresAt: performance.now() + 60_000,
      claimedUntil: Infinity,
    },
    verdict: { status: 'delivered', waitMs: null, paced: false },
    attempt: {
      at,
      changedAt: at,
      result: {
        delivered: true,
        statusCode: 202,
        durationMs: 7,
        phase: null,
        code: null,
        error: null,
        hint: null,
        answer: 'taken',
        responseHeaders: {},
        retryAfterMs: 0,
      },
    },
  };
  return entry;
}

describe('storeDelivered', () => {
  it('writes all that the log says of a success', async () => {
    const accountId = randomUUID();
    const entry = success(accountId, await registered(accountId));
    expect(await store([entry])).toBe(true);
    const { delivery } = entry;
    expect(await rows(accountId)).toEqual([
      {
        id: delivery.id,
        subscription_id: delivery.subscriptionId,
        account_id: accountId,
        event_id: delivery.eventId,
        event_type: 'comms.sent',
        send_id: null,
        correlation_id: null,
        origin: 'event',
        replay_of: null,
        recovered_at: null,
        body: delivery.body,
        status: 'delivered',
        attempts: 1,
        attempted_at: at,
        duration_ms: 7,
        status_code: 202,
        error_code: null,
        error: null,
        answer: 'taken',
        created_at: at,
      },
    ]);
  });

  it('leaves alone what another replica has written', async () => {
    const accountId = randomUUID();
    const entry = success(accountId, await registered(accountId), '1');
    await store([entry]);
    const again = { ...entry, delivery: { ...entry.delivery, body: 'other' } };
    expect(await store([again, success(accountId, entry.delivery.subscriptionId, '2')])).toBe(true);
    expect((await rows(accountId)).map(({ body }) => body)).toEqual(['1', '2']);
  });

  it.each([
    ['failures', 'failures = 3'],
    ['a warning', 'warned = 50'],
  ])('writes nothing where a subscription has %s to take back', async (_what, trouble) => {
    const accountId = randomUUID();
    const [fine, troubled] = [await registered(accountId), await registered(accountId)];
    await harness.query(`UPDATE subscriptions SET ${trouble} WHERE id = $1`, [troubled]);
    expect(await store([success(accountId, fine), success(accountId, troubled)])).toBe(false);
    expect(await rows(accountId)).toEqual([]);
    expect(await store([success(accountId, fine)])).toBe(true);
  });

  it('writes what came of an attempt that a subscription was disabled during', async () => {
    const accountId = randomUUID();
    const id = await registered(accountId);
    await harness.query(
      'UPDATE subscriptions SET active = false, failures = 20, warned = 100 WHERE id = $1',
      [id],
    );
    expect(await store([success(accountId, id)])).toBe(true);
    expect(await rows(accountId)).toHaveLength(1);
  });
});
