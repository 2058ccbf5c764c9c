import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDayPartitions } from '@qflow/persistence';
import { commsEvent, eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { logTables } from '../src/deliveries/log-tables.js';
import { WebhooksHarness } from './webhooks-harness.js';

const dayMs = 24 * 60 * 60 * 1000;

let harness: WebhooksHarness;
let receiver: WebhookReceiver;

beforeAll(async () => {
  harness = await WebhooksHarness.start();
  receiver = await webhookReceiver();
});
afterAll(async () => {
  await harness.stop();
  await receiver.close();
});

const days = async (table: string): Promise<string[]> => {
  const rows = await harness.query<{ day: string }>(
    `SELECT right(relname, 8) AS day FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = $1::regclass ORDER BY relname`,
    [table],
  );
  return rows.map(({ day }) => day);
};

describe('the days of the log', () => {
  it('are made and dropped when a service starts, which may have been down for weeks', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const wanted = await days('deliveries');
    expect(wanted).toHaveLength(1 + 30 + 3);
    // As it would be after a fortnight: no place for today, and days that are past their time.
    for (const table of ['deliveries', 'attempts'])
      for (const day of wanted.slice(-10)) await harness.query(`DROP TABLE ${table}_${day}`);
    const long = Date.now() - 40 * dayMs;
    for (const table of logTables) await createDayPartitions(harness.query.bind(harness), table, long);
    const event = commsEvent({ accountId });
    await harness.stopReplica();
    await harness.publish(event);
    await harness.startReplica();

    await receiver.next(({ json }) => json.id === event.id);
    await harness.eventsHandled();
    for (const table of ['deliveries', 'attempts'])
      await eventually(async () => JSON.stringify(await days(table)) === JSON.stringify(wanted));
    expect(await harness.query('SELECT status FROM deliveries WHERE event_id = $1', [event.id])).toEqual([
      { status: 'delivered' },
    ]);
  });
});
