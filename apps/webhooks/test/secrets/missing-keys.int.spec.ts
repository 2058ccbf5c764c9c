import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encrypt, parseKeyRing } from '@qflow/persistence';
import { commsEvent } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { reencryptSecrets } from '../../src/secrets/reencrypt-secrets.js';
import { signedWith, SubscriptionsUnderTest } from '../subscriptions/subscriptions-under-test.js';
import { secretKeys } from '../webhooks-harness.js';
import { both, CapturedLog, keyText, onlyNew } from './secrets-under-test.js';

let t: SubscriptionsUnderTest;
let log: CapturedLog;

beforeEach(async () => {
  log = new CapturedLog();
  t = await SubscriptionsUnderTest.start({}, log.logger);
});
afterEach(() => t.stop());

describe('a start', () => {
  const startedWith = async (keys: string) => {
    log = new CapturedLog();
    await t.harness.startReplica({ WEBHOOK_SECRET_KEYS: keys }, log.logger);
  };

  it('says nothing where all is under the newest key', async () => {
    await t.create();
    await startedWith(secretKeys);
    expect(log.with({ level: 'warn' })).toEqual([]);
    expect(log.with({ level: 'error' })).toEqual([]);
  });

  it('says how much is not under the newest key yet', async () => {
    await t.create({ headers: { 'X-Key': 'hunter2' } });
    await t.create();
    await startedWith(both);
    expect(log.with({ level: 'warn' })).toMatchObject([
      {
        keyId: 'k1',
        newest: 'k2',
        webhooks: 2,
        msg:
          'key k1 is not the newest and still in use, by 2 webhooks: run the re-encryption before you remove ' +
          'it from WEBHOOK_SECRET_KEYS',
      },
    ]);
  });

  it('says whom a missing key keeps from signing', async () => {
    await t.create();
    await startedWith(onlyNew);
    expect(log.with({ level: 'error' })).toMatchObject([
      {
        keyId: 'k1',
        webhooks: 1,
        msg:
          'key k1 is not in WEBHOOK_SECRET_KEYS: 1 webhook under it cannot sign, and their deliveries wait ' +
          'until it is there again',
      },
    ]);
  });
});

describe('a webhook whose key is missing', () => {
  it('waits with its deliveries until the key is there again, and nobody else does', async () => {
    const [stuck, healthy] = [uuidv7(), uuidv7()];
    const [{ secret, id }, other] = [
      await t.create({ accountId: stuck }),
      await t.create({ accountId: healthy }),
    ];
    await reencryptSecrets(t.harness.dataSource, parseKeyRing(both));
    await t.harness.stopReplicas();
    // Of one alone, so that it is one key ring that is right for one of them and not for the other.
    await t.harness.startReplica({ WEBHOOK_SECRET_KEYS: onlyNew }, log.logger);
    const lost = encrypt(parseKeyRing(`k0:${keyText(9)}`), secret);
    await t.harness.query('UPDATE subscriptions SET secret = $2 WHERE id = $1', [id, lost]);
    const events = Array.from({ length: 3 }, () => commsEvent({ accountId: stuck, id: uuidv7() }));
    for (const event of events) await t.harness.publish(event);
    expect(signedWith(await t.delivered(healthy), other.secret)).toBe(true);
    await t.harness.eventsHandled();

    expect(
      await t.harness.query('SELECT status, attempts FROM deliveries WHERE subscription_id = $1', [id]),
    ).toEqual(Array(3).fill({ status: 'pending', attempts: 0 }));
    expect(log.with({ level: 'error', subscriptionId: id })).toMatchObject([
      { accountId: stuck, keyId: 'k0' },
    ]);

    await t.harness.stopReplicas();
    await t.harness.startReplica({ WEBHOOK_SECRET_KEYS: `k2:${keyText(2)},k0:${keyText(9)}` }, log.logger);
    await t.harness.query('UPDATE waiting SET due_at = now()');
    await t.receiver.until((requests) =>
      events.every((event) => requests.some(({ json }) => json.id === event.id)),
    );
    expect(t.receiver.requests.filter(({ json }) => json.id === events[0]?.id)).toHaveLength(1);
    expect(signedWith(await t.receiver.next(({ json }) => json.id === events[0]?.id), secret)).toBe(true);
  });
});
