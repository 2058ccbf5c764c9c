import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteSubscription, listSubscriptions, rotateSubscription } from '@qflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import { notFound, signedWith, SubscriptionsUnderTest } from './subscriptions-under-test.js';

let t: SubscriptionsUnderTest;
beforeAll(async () => {
  t = await SubscriptionsUnderTest.start();
});
afterAll(() => t.stop());

describe('rotating the secret', () => {
  const rotate = (accountId: string, id: string, overlapSeconds: number) =>
    t.harness.rpc.ask(rotateSubscription, { accountId, id, overlapSeconds });

  it('lets both sign until the overlap ends', async () => {
    const { accountId, id, secret: old } = await t.create();
    const { secret, previousSecretUntil } = await rotate(accountId, id, 3600);
    expect(Date.parse(previousSecretUntil as string)).toBeGreaterThan(Date.now() + 3_500_000);
    const during = await t.delivered(accountId);
    expect([signedWith(during, old), signedWith(during, secret)]).toEqual([true, true]);

    // The time of the end is a column, so that is what moves; the change is announced as any other.
    await t.harness.query('UPDATE subscriptions SET previous_until = now() WHERE id = $1', [id]);
    expect(await t.update({ accountId, id })).toMatchObject({ previousSecretUntil: null });
    const after = await t.delivered(accountId);
    expect([signedWith(after, old), signedWith(after, secret)]).toEqual([false, true]);
  });

  it('without an overlap ends the old one at once, also where it overlapped', async () => {
    const { accountId, id, secret: first } = await t.create();
    const { secret: second } = await rotate(accountId, id, 3600);
    const { secret: third, previousSecretUntil } = await rotate(accountId, id, 0);
    expect(previousSecretUntil).toBeNull();
    const request = await t.delivered(accountId);
    expect([first, second, third].map((secret) => signedWith(request, secret))).toEqual([false, false, true]);
    expect(await t.rowsOf(accountId)).toMatchObject([{ previous_secret: null, previous_until: null }]);
  });

  it('during an overlap keeps the newest two', async () => {
    const { accountId, id, secret: first } = await t.create();
    const { secret: second } = await rotate(accountId, id, 3600);
    const { secret: third } = await rotate(accountId, id, 3600);
    const request = await t.delivered(accountId);
    expect([first, second, third].map((secret) => signedWith(request, secret))).toEqual([false, true, true]);
  });

  it('that is repeated under its name is the same one: what receivers have goes on signing', async () => {
    const { accountId, id, secret: first } = await t.create();
    const named = { accountId, id, overlapSeconds: 3600, rotationId: uuidv7() };
    const unseen = await t.harness.rpc.ask(rotateSubscription, named);
    const repeated = await t.harness.rpc.ask(rotateSubscription, named);
    expect(repeated).toMatchObject({
      secret: unseen.secret,
      previousSecretUntil: unseen.previousSecretUntil,
    });
    const request = await t.delivered(accountId);
    expect([first, unseen.secret].map((secret) => signedWith(request, secret))).toEqual([true, true]);
    const next = await t.harness.rpc.ask(rotateSubscription, { ...named, rotationId: uuidv7() });
    expect(next.secret).not.toBe(unseen.secret);
  });

  it('keeps the key pair', async () => {
    const { accountId, id, publicKey } = await t.create({ format: 'standard', asymmetric: true });
    expect(await rotate(accountId, id, 0)).toMatchObject({ publicKey });
  });

  it('at once with another rotation leaves two secrets that both callers know', async () => {
    const { accountId, id } = await t.create();
    const answers = await Promise.all([rotate(accountId, id, 60), rotate(accountId, id, 60)]);
    const request = await t.delivered(accountId);
    expect(answers.every(({ secret }) => signedWith(request, secret))).toBe(true);
  });

  it('at once with a deletion never brings the webhook back', async () => {
    const { accountId, id } = await t.create();
    const [deleted] = await Promise.allSettled([
      t.harness.rpc.ask(deleteSubscription, { accountId, id }),
      rotate(accountId, id, 60),
      t.update({ accountId, id, active: true }),
      t.update({ accountId, id, headers: { 'X-Key': 'hunter2' } }),
    ]);
    expect(deleted.status).toBe('fulfilled');
    await expect(rotate(accountId, id, 60)).rejects.toMatchObject(notFound);
    for (const row of await t.rowsOf(accountId))
      expect(row).toMatchObject({ active: false, secret: '', previous_secret: null, headers: null });
  });

  it.each([-1, 604_801, 1.5, NaN, '60', null])('refuses an overlap of %j', async (overlapSeconds) => {
    const { accountId, id } = await t.create();
    await expect(rotate(accountId, id, overlapSeconds as number)).rejects.toMatchObject({
      code: 'validation_error',
      extras: {
        errors: [{ path: '/overlapSeconds', message: 'must be a whole number from 0 to 604800 (7 days)' }],
      },
    });
  });
});

describe('deleting', () => {
  it('ends everything at once, and leaves nothing that is secret', async () => {
    const accountId = uuidv7();
    const [gone, kept] = [
      await t.create({ accountId, format: 'standard', asymmetric: true, headers: { 'X-Key': 'hunter2' } }),
      await t.create({ accountId }),
    ];
    await t.harness.rpc.ask(rotateSubscription, { accountId, id: gone.id, overlapSeconds: 60 });
    expect(await t.harness.rpc.ask(deleteSubscription, { accountId, id: gone.id })).toEqual({
      deleted: true,
    });
    for (const row of await t.rowsOf(accountId))
      if (row.id === gone.id)
        expect(row).toMatchObject({ secret: '', previous_secret: null, private_key: null, headers: null });
    expect(await t.harness.rpc.ask(listSubscriptions, { accountId })).toMatchObject([{ id: kept.id }]);
    await expect(t.harness.rpc.ask(deleteSubscription, { accountId, id: gone.id })).rejects.toMatchObject(
      notFound,
    );
    await t.delivered(accountId);
    expect(await t.harness.query('SELECT FROM deliveries WHERE subscription_id = $1', [gone.id])).toEqual([]);
  });
});
