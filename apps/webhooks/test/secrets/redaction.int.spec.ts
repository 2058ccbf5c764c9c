import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  rotateSubscription,
  rotateWebhook,
  setWebhook,
  testSubscription,
  updateSubscription,
} from '@qflow/contracts';
import { parseKeyRing } from '@qflow/persistence';
import { QFLOW_SIGNATURE_HEADER, signQflow } from '@qflow/signing';
import { commsEvent, eventually } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { type SealedRow } from '../../src/secrets/sealed-columns.js';
import { SubscriptionsUnderTest } from '../subscriptions/subscriptions-under-test.js';
import { secretKeys } from '../webhooks-harness.js';
import { CapturedLog, keyText, opened, sealedRows } from './secrets-under-test.js';

let t: SubscriptionsUnderTest;
let log: CapturedLog;

beforeEach(async () => {
  log = new CapturedLog();
  t = await SubscriptionsUnderTest.start({}, log.logger);
});
afterEach(() => t.stop());

describe('the log', () => {
  /** Every way in which a text may be written down. */
  const spellings = (secret: string): string[] => {
    const raw = [Buffer.from(secret)];
    if (/^wh\w+_/.test(secret)) raw.push(Buffer.from(secret.replace(/^wh\w+_/, ''), 'base64'));
    return [
      secret,
      encodeURIComponent(secret),
      ...raw.flatMap((bytes) => [
        bytes.toString('hex'),
        bytes.toString('base64').replace(/=+$/, ''),
        bytes.toString('base64url'),
        JSON.stringify([...bytes]).slice(1, -1),
      ]),
    ];
  };

  it('holds nothing secret, whatever happens', async () => {
    const accountId = uuidv7();
    const chosen = 'Correct-Horse-Battery-Staple-42';
    const headers = { Authorization: 'Bearer hunter2-of-the-receiver' };
    const secrets = new Set([chosen, headers.Authorization, 'hunter2-of-the-receiver', 'tooweak-hunter2\n']);
    const keep = async <T extends { secret: string }>(answer: Promise<T>): Promise<T> => {
      const settled = await answer;
      secrets.add(settled.secret);
      return settled;
    };
    const failing = (question: Promise<unknown>) =>
      expect(question).rejects.toMatchObject({ code: expect.anything() });

    // What goes well.
    const full = await keep(t.create({ accountId, format: 'standard', asymmetric: true, headers }));
    const own = await keep(t.create({ accountId, secret: chosen, headers }));
    await keep(t.harness.rpc.ask(rotateSubscription, { accountId, id: full.id, overlapSeconds: 3600 }));
    await keep(t.harness.rpc.ask(setWebhook, { accountId, url: t.receiver.url }));
    await keep(t.harness.rpc.ask(rotateWebhook, { accountId }));
    const request = await t.delivered(accountId);
    secrets.add(request.headers[QFLOW_SIGNATURE_HEADER.toLowerCase()] as string);
    await t.harness.rpc.ask(testSubscription, { accountId, id: own.id });
    const [row] = (await sealedRows(t)).filter(({ id }) => id === full.id);
    for (const text of opened(row as SealedRow, parseKeyRing(secretKeys))) if (text) secrets.add(text);

    // What is refused, by us and by the database.
    await failing(t.create({ accountId, secret: 'tooweak-hunter2\n' }));
    await failing(t.create({ accountId, headers: { Host: headers.Authorization }, secret: chosen }));
    await t.harness.query(`ALTER TABLE subscriptions ADD CONSTRAINT none CHECK (description <> 'broken')`);
    await failing(t.create({ accountId, secret: chosen, headers, description: 'broken' }));
    await failing(
      t.harness.rpc.ask(updateSubscription, { accountId, id: own.id, headers, description: 'broken' }),
    );
    await t.harness.query('ALTER TABLE subscriptions RENAME COLUMN previous_until TO gone');
    await failing(t.harness.rpc.ask(rotateSubscription, { accountId, id: own.id, overlapSeconds: 3600 }));
    await t.harness.query('ALTER TABLE subscriptions RENAME COLUMN gone TO previous_until');

    // Receivers that fail, and give back what they got.
    for (const [status, answer] of [
      [500, JSON.stringify({ headers, signature: signQflow({ secret: chosen, timestamp: 1, body: '' }) })],
      [302, ''],
      [401, chosen],
    ] as const) {
      t.receiver.answer(
        (_request, response) =>
          void response
            .writeHead(status, { location: `https://example.com/?${chosen}`, 'x-echo': chosen })
            .end(answer),
      );
      await t.delivered(accountId);
      await t.harness.rpc.ask(testSubscription, { accountId, id: own.id });
    }
    t.receiver.answer((_request, response) => void response.destroy());
    await t.delivered(accountId);

    // Keys that are missing, and stored texts that are none.
    await t.harness.stopReplicas();
    await t.harness.startReplica({ WEBHOOK_SECRET_KEYS: `k7:${keyText(7)}` }, log.logger);
    await t.harness.query('UPDATE subscriptions SET secret = $2 WHERE id = $1', [own.id, chosen]);
    await t.harness.publish(commsEvent({ accountId }));
    await t.harness.eventsHandled();
    await failing(t.harness.rpc.ask(rotateSubscription, { accountId, id: own.id, overlapSeconds: 1.5 }));
    await expect(t.harness.rpc.ask(testSubscription, { accountId, id: full.id })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await eventually(() => log.with({ subscriptionId: own.id, level: 'error' }).length > 0);

    for (const byte of [1, 7]) secrets.add(keyText(byte));
    const everything = log.lines.join('');
    expect(log.lines.length).toBeGreaterThan(10);
    expect(
      log.with({ level: 'error' }).map(({ err }) => (err as { type?: string } | undefined)?.type),
    ).toContain('QueryFailedError');
    for (const secret of secrets)
      for (const spelling of spellings(secret)) expect(everything).not.toContain(spelling);
    // Nor anything encrypted, be it stored or not.
    expect(everything).not.toMatch(/\bk\d\.[A-Za-z0-9+/]{16}/);
  });
});
