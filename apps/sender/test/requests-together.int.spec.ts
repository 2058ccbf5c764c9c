import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SendRequestedV1 } from '@qflow/contracts';
import type { Incoming } from '@qflow/messaging';
import { createDataSource, OutboxRelay } from '@qflow/persistence';
import { mergeData, sendRequest, testDatabase, type TestDatabase } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { loadSenderConfig, senderSchema } from '../src/config.js';
import { RequestsController } from '../src/dispatch/requests.controller.js';
import type { SendDispatcher } from '../src/dispatch/send-dispatcher.js';
import { migrations } from '../src/migrations/index.js';
import { SandboxProvider } from '../src/provider/sandbox/sandbox-provider.js';
import { Providers } from '../src/provider/providers.js';
import type { ClaimedSend } from '../src/sends/claim.js';

/** What becomes of each message of a batch, where not all of them can be handled. */

let database: TestDatabase;
let dataSource: DataSource;
let relay: OutboxRelay;
let controller: RequestsController;
let dispatched: ClaimedSend[] = [];
const provider = new SandboxProvider({
  baseUrl: 'http://127.0.0.1:9',
  apiKey: 'SG.test',
  concurrency: 1,
  connectTimeoutMs: 1_000,
  answerTimeoutMs: 1_000,
});

beforeAll(async () => {
  const schema = { schema: senderSchema, migrations };
  database = await testDatabase([schema]);
  dataSource = await createDataSource({ url: database.url, ...schema, poolSize: 4 }).initialize();
  relay = new OutboxRelay({
    dataSource,
    publish: () => Promise.resolve({ stored: [], interrupted: true }),
    onError: () => {},
  });
  controller = new RequestsController(
    loadSenderConfig({
      DATABASE_URL: database.url,
      NATS_URL: 'nats://127.0.0.1:9',
      SENDGRID_API_KEY: 'SG.test',
    }),
    dataSource,
    relay,
    new Providers({ providers: [provider], defaults: ['sandbox'], concurrency: 1 }),
    { dispatch: (sends: ClaimedSend[]) => void dispatched.push(...sends) } as unknown as SendDispatcher,
  );
});
afterAll(async () => {
  await relay.stop();
  await provider.close();
  await dataSource.destroy();
  await database.drop();
});
afterEach(() => void (dispatched = []));

const handled = async (...messages: SendRequestedV1[]): Promise<string[]> => {
  const batch: Incoming<SendRequestedV1>[] = messages.map((message) => ({
    message,
    delivery: 1,
    context: undefined,
  }));
  return (await controller.handle(batch)).map(({ is }) => is);
};

const statesOf = (...requests: SendRequestedV1[]): Promise<string[]> =>
  Promise.all(
    requests.map(async ({ sendId }) => {
      const rows = await dataSource.query<{ state: string }[]>('SELECT state FROM sends WHERE id = $1', [
        sendId,
      ]);
      return rows[0]?.state ?? 'none';
    }),
  );

describe('a batch of requests', () => {
  it('is done with: new ones are claimed, a suppressed one is dropped', async () => {
    const [fresh, suppressed] = [sendRequest(), await toSuppressed()];
    expect(await handled(suppressed, fresh, fresh)).toEqual(['done', 'done', 'done']);
    expect(dispatched.map(({ id }) => id)).toEqual([fresh.sendId]);
    expect(await statesOf(fresh, suppressed)).toEqual(['sending', 'dropped']);
  });

  it('does not come again as a whole because one cannot be decided about: the others are claimed', async () => {
    const [fresh, suppressed] = [sendRequest(), await toSuppressed()];
    // Deciding about a suppressed address writes a note.
    await dataSource.query('ALTER TABLE send_notes RENAME TO mislaid');
    expect(await handled(suppressed, fresh)).toEqual(['retry', 'done']);
    await expect(handled(suppressed)).rejects.toThrow('send_notes');
    expect(await statesOf(fresh, suppressed)).toEqual(['sending', 'none']);
    await dataSource.query('ALTER TABLE mislaid RENAME TO send_notes');
    expect(await handled(suppressed)).toEqual(['done']);
    expect(dispatched.map(({ id }) => id)).toEqual([fresh.sendId]);
    expect(await statesOf(suppressed)).toEqual(['dropped']);
  });
});

async function toSuppressed(): Promise<SendRequestedV1> {
  const request = sendRequest({ merge: mergeData({ email: 'gone@example.com' }) });
  await dataSource.query(
    `INSERT INTO suppressions (account_id, email, reason) VALUES ($1, 'gone@example.com', 'bounced')`,
    [request.accountId],
  );
  return request;
}
