import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteSubscription, rotateSubscription, type SubscriptionWithSecret } from '@qflow/contracts';
import { encrypt, parseKeyRing } from '@qflow/persistence';
import { ConfigError } from '@qflow/service';
import { v7 as uuidv7 } from 'uuid';
import { reencryptSecrets } from '../../src/secrets/reencrypt-secrets.js';
import { runReencryption } from '../../src/secrets/run-reencryption.js';
import { type SealedRow } from '../../src/secrets/sealed-columns.js';
import { signedWith, SubscriptionsUnderTest } from '../subscriptions/subscriptions-under-test.js';
import { both, keysOf, keyText, onlyNew, opened, sealedRows } from './secrets-under-test.js';

let t: SubscriptionsUnderTest;

beforeEach(async () => {
  t = await SubscriptionsUnderTest.start();
});
afterEach(() => t.stop());

describe('re-encryption', () => {
  it('brings everything under the newest key, once, while the service signs on', async () => {
    const accountId = uuidv7();
    const full = await t.create({
      accountId,
      format: 'standard',
      asymmetric: true,
      headers: { 'X-Key': 'hunter2' },
    });
    const plain = await t.create({ accountId });
    await t.harness.rpc.ask(rotateSubscription, { accountId, id: full.id, overlapSeconds: 3600 });
    const before = await sealedRows(t);
    expect(before.map(keysOf)).toEqual([
      ['k1', 'k1', 'k1', 'k1'],
      ['k1', null, null, null],
    ]);

    const ring = parseKeyRing(both);
    const done = await reencryptSecrets(t.harness.dataSource, ring);
    expect(done).toEqual({ reencrypted: 2, already: 0, failed: [] });
    const after = await sealedRows(t);
    expect(after.map(keysOf)).toEqual([
      ['k2', 'k2', 'k2', 'k2'],
      ['k2', null, null, null],
    ]);
    // The old key is of no use any more.
    expect(after.map((row) => opened(row, parseKeyRing(onlyNew)))).toEqual(
      before.map((row) => opened(row, ring)),
    );
    expect(after.map(({ updated_at }) => updated_at)).toEqual(before.map(({ updated_at }) => updated_at));
    expect(await reencryptSecrets(t.harness.dataSource, ring)).toEqual({
      reencrypted: 0,
      already: 2,
      failed: [],
    });

    await t.harness.stopReplicas();
    await t.harness.startReplica({ WEBHOOK_SECRET_KEYS: onlyNew });
    expect(signedWith(await t.delivered(accountId), plain.secret)).toBe(true);
  });

  it('loses nothing of what changes meanwhile', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => t.create()));
    await t.harness.query(
      `INSERT INTO subscriptions (id, account_id, is_default, url, format, secret)
       SELECT uuidv7(), uuidv7(), false, url, format, secret FROM subscriptions, generate_series(1, 60) WHERE id = $1`,
      [made[0]?.id],
    );
    const source = t.harness.dataSource;
    const ring = parseKeyRing(both);
    const [first, second, ...rotated] = await Promise.all([
      reencryptSecrets(source, ring),
      reencryptSecrets(source, ring),
      ...made.map(({ accountId, id }) =>
        t.harness.rpc.ask(rotateSubscription, { accountId, id, overlapSeconds: 60 }),
      ),
      t.harness.query(`UPDATE subscriptions SET failures = failures + 1`),
    ]);
    expect([...first.failed, ...second.failed]).toEqual([]);
    const rows = new Map((await sealedRows(t)).map((row) => [row.id, row]));
    for (const [index, { id, secret: old }] of made.entries()) {
      const { secret } = (rotated as SubscriptionWithSecret[])[index] as SubscriptionWithSecret;
      expect(opened(rows.get(id) as SealedRow, ring).slice(0, 2)).toEqual([secret, old]);
    }
    // The service that rotated did not know the new key yet, so there may be something left to do.
    const rest = await reencryptSecrets(source, ring);
    expect(rest.reencrypted + rest.already).toBe(72);
    expect((await sealedRows(t)).every((row) => keysOf(row).every((key) => key !== 'k1'))).toBe(true);
  });

  it('goes through any number of them', async () => {
    const { id } = await t.create();
    await t.harness.query(
      `INSERT INTO subscriptions (id, account_id, is_default, url, format, secret)
       SELECT uuidv7(), uuidv7(), false, url, format, secret FROM subscriptions, generate_series(1, 450) WHERE id = $1`,
      [id],
    );
    const done = await reencryptSecrets(t.harness.dataSource, parseKeyRing(both));
    expect(done).toEqual({ reencrypted: 451, already: 0, failed: [] });
  });

  it('names what it cannot read, and does the rest', async () => {
    const [good, missing, altered, deleted] = [
      await t.create(),
      await t.create(),
      await t.create(),
      uuidv7(),
    ];
    const accountId = uuidv7();
    await t.create({ accountId, id: deleted });
    await t.harness.rpc.ask(deleteSubscription, { accountId, id: deleted });
    const lost = encrypt(parseKeyRing(`k0:${keyText(9)}`), 'hunter2');
    await t.harness.query('UPDATE subscriptions SET headers = $2 WHERE id = $1', [missing.id, lost]);
    await t.harness.query(`UPDATE subscriptions SET secret = left(secret, -8) || 'AAAAAAA=' WHERE id = $1`, [
      altered.id,
    ]);
    const source = t.harness.dataSource;
    const done = await reencryptSecrets(source, parseKeyRing(both));
    expect(done).toEqual({ reencrypted: 1, already: 0, failed: [missing.id, altered.id] });
    const keys = new Map((await sealedRows(t)).map((row) => [row.id, keysOf(row)]));
    expect(keys.get(good.id)).toEqual(['k2', null, null, null]);
    expect(keys.get(missing.id)).toEqual(['k2', null, null, 'k0']);
    expect(keys.get(altered.id)).toEqual(['k1', null, null, null]);

    const found = await reencryptSecrets(source, parseKeyRing(`${both},k0:${keyText(9)}`));
    expect(found).toEqual({ reencrypted: 1, already: 1, failed: [altered.id] });
  });

  it('forgets a secret whose overlap is over, whatever it is under', async () => {
    const accountId = uuidv7();
    const { id } = await t.create({ accountId });
    await t.harness.rpc.ask(rotateSubscription, { accountId, id, overlapSeconds: 60 });
    await t.harness.query(
      `UPDATE subscriptions SET previous_secret = 'k0.' || previous_secret, previous_until = now() WHERE id = $1`,
      [id],
    );
    const done = await reencryptSecrets(t.harness.dataSource, parseKeyRing(both));
    expect(done).toEqual({ reencrypted: 1, already: 0, failed: [] });
    expect(await sealedRows(t)).toMatchObject([{ previous_secret: null, previous_until: null }]);
  });
});

describe('the command', () => {
  it('works on what the service works on, with its settings', async () => {
    await t.create();
    const env = { ...t.harness.platform.env, WEBHOOK_SECRET_KEYS: both };
    expect(await runReencryption(env)).toEqual({ reencrypted: 1, already: 0, failed: [] });
    expect((await sealedRows(t)).map(keysOf)).toEqual([['k2', null, null, null]]);
  });

  it('refuses keys that are none, and shows none', async () => {
    const refused = await runReencryption({
      ...t.harness.platform.env,
      WEBHOOK_SECRET_KEYS: 'k2:hunter2',
    }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigError);
    expect(String(refused)).toContain('WEBHOOK_SECRET_KEYS is a value of 10 characters (not shown)');
  });
});
