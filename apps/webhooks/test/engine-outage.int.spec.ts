import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { commsEvent, eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import pg from 'pg';
import { WebhooksHarness } from './webhooks-harness.js';

let harness: WebhooksHarness;
let receiver: WebhookReceiver;

beforeAll(async () => {
  harness = await WebhooksHarness.start();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  receiver = await webhookReceiver();
});
afterEach(() => receiver.close());

/** As a disk that is full, or a server that was failed over from: it can be read, and not written to. */
async function writable(allowed: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: harness.platform.databaseUrl });
  await client.connect();
  await client.query('SET default_transaction_read_only = off');
  await client.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = ${allowed ? 'off' : 'on'}',
       current_database()); END $$`,
  );
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await client.end();
}

/** How often the stream has delivered anything to the service, all repetitions included. */
const deliveries = async (): Promise<number> => {
  const manager = await harness.platform.messages.jetstream.jetstreamManager();
  return (await manager.consumers.info('EVENTS', 'webhooks-events')).delivered.consumer_seq;
};

describe('while the database cannot be written to', () => {
  it('what was attempted is kept here, and written when it can be: nobody gets it twice', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    await writable(false);
    // Sessions have ended, so what comes first may find none and come again; what is begun after it finds one.
    await harness.publish(commsEvent({ accountId }));
    await eventually(() => Promise.resolve(receiver.requests.length === 1));
    const before = await deliveries();
    await Promise.all([1, 2, 3].map(() => harness.publish(commsEvent({ accountId }))));
    await eventually(() => Promise.resolve(receiver.requests.length === 4));
    await writable(true);
    await harness.eventsHandled();
    expect(await deliveries()).toBe(before + 3);
    expect(receiver.requests).toHaveLength(4);
    expect(
      await harness.query('SELECT status, attempts FROM deliveries WHERE account_id = $1', [accountId]),
    ).toEqual(Array.from({ length: 4 }, () => ({ status: 'delivered', attempts: 1 })));
  });
});
