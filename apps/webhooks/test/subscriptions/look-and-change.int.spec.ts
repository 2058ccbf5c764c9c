import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  rotateSubscription,
  updateSubscription,
  type SubscriptionChanges,
} from '@qflow/contracts';
import { commsEvent } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { notFound, signedWith, SubscriptionsUnderTest, viewOf } from './subscriptions-under-test.js';

let t: SubscriptionsUnderTest;
beforeAll(async () => {
  t = await SubscriptionsUnderTest.start();
});
afterAll(() => t.stop());

describe('looking', () => {
  it('shows the own ones, oldest first', async () => {
    const accountId = uuidv7();
    const made = [
      await t.create({ accountId }),
      await t.create({ accountId }),
      await t.create({ accountId }),
    ];
    await t.create();
    const listed = await t.harness.rpc.ask(listSubscriptions, { accountId });
    expect(listed.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    expect(await t.harness.rpc.ask(listSubscriptions, { accountId: uuidv7() })).toEqual([]);
  });

  it('tells when the endpoint was last seen to work and not to, however long ago', async () => {
    const accountId = uuidv7();
    const [one, other, none] = [
      await t.create({ accountId }),
      await t.create({ accountId }),
      await t.create({ accountId }),
    ];
    const [now, day] = [Date.now(), 24 * 60 * 60 * 1_000];
    await t.logged(one, 'delivered', now - 29 * day, now - 29 * day);
    await t.logged(one, 'delivered', now - 20 * day, now - 20 * day + 70);
    await t.logged(one, 'dead', now - 9 * day, now - 8 * day);
    await t.logged(one, 'skipped', now);
    await t.logged(other, 'retrying', now - 1_000, now - 500);
    await t.logged(other, 'failed', now - 5 * day, now - 5 * day);
    const at = (time: number): string => new Date(time).toISOString();
    expect(await t.harness.rpc.ask(listSubscriptions, { accountId })).toMatchObject([
      { id: one.id, lastSuccessAt: at(now - 20 * day + 70), lastFailureAt: at(now - 8 * day) },
      { id: other.id, lastSuccessAt: null, lastFailureAt: at(now - 500) },
      { id: none.id, lastSuccessAt: null, lastFailureAt: null },
    ]);
    expect(await t.harness.rpc.ask(getSubscription, { accountId, id: one.id })).toMatchObject({
      lastSuccessAt: at(now - 20 * day + 70),
    });
  });

  it('and touching are for the own account only, and an unknown one looks the same', async () => {
    const { id } = await t.create();
    const rest = { overlapSeconds: 0, url: 'nonsense' };
    for (const rpc of [getSubscription, updateSubscription, deleteSubscription, rotateSubscription])
      for (const wanted of [
        { accountId: uuidv7(), id },
        { accountId: uuidv7(), id: uuidv7() },
        { accountId: uuidv7(), id: 'nonsense' },
      ])
        await expect(
          t.harness.rpc.ask<object, unknown>(rpc as { subject: string }, { ...rest, ...wanted }),
        ).rejects.toMatchObject(notFound);
  });
});

describe('changing', () => {
  it('changes what is given and nothing else, at once', async () => {
    const made = await t.create({ headers: { 'X-One': '1' }, retry: { timeoutSeconds: 3, disableAfter: 7 } });
    const { accountId, id } = made;
    await t.delivered(accountId);
    const url = `${t.receiver.url}/other`;
    const changed = await t.update({
      accountId,
      id,
      url,
      events: ['comms.bounced'],
      headers: { 'X-Two': '2' },
      retry: { timeoutSeconds: 4 },
      description: 'CRM',
    });
    expect(changed).toEqual({
      ...viewOf(made),
      url,
      events: ['comms.bounced'],
      headerNames: ['X-Two'],
      description: 'CRM',
      // Rules are replaced as a whole: what is not given follows the format again.
      retry: { ...made.retry, timeoutSeconds: 4, disableAfter: null },
      lastSuccessAt: changed.lastSuccessAt,
      updated: changed.updated,
      missed: null,
    });
    const request = await t.delivered(accountId, { type: 'comms.bounced' });
    expect(request).toMatchObject({ path: '/hook/other', headers: { 'x-two': '2' } });
    expect(request.headers).not.toHaveProperty('x-one');
    expect(signedWith(request, made.secret)).toBe(true);

    await t.harness.publish(commsEvent({ accountId, type: 'comms.sent' }));
    await t.harness.eventsHandled();
    expect(await t.harness.query('SELECT FROM deliveries WHERE subscription_id = $1', [id])).toHaveLength(2);
    expect(await t.update({ accountId, id, headers: {}, description: null })).toMatchObject({
      headerNames: [],
      description: null,
      events: ['comms.bounced'],
    });
    expect(await t.rowsOf(accountId)).toMatchObject([{ headers: null }]);
  });

  it('changes nothing where nothing is given', async () => {
    const made = await t.create();
    const { accountId, id } = made;
    expect(await t.update({ accountId, id })).toEqual({ ...viewOf(made), missed: null });
  });

  it.each<[Omit<SubscriptionChanges, 'accountId' | 'id'>, string]>([
    [{ url: 'https://169.254.169.254/latest/meta-data' }, '/url'],
    [{ events: [] }, '/events'],
    [{ headers: { 'Content-Length': '0' } }, '/headers/Content-Length'],
    [{ retry: { disableAfter: 0 } }, '/retry/disableAfter'],
    [{ description: 'x'.repeat(501) }, '/description'],
  ])('is refused whole for %j', async (changes, path) => {
    const made = await t.create();
    const { accountId, id } = made;
    await expect(t.update({ accountId, id, active: false, ...changes })).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path }] },
    });
    expect(await t.harness.rpc.ask(getSubscription, { accountId, id })).toEqual(viewOf(made));
  });

  it('in two ways at once keeps both', async () => {
    const { accountId, id } = await t.create();
    await Promise.all([
      t.update({ accountId, id, description: 'CRM' }),
      t.update({ accountId, id, events: ['comms.sent'] }),
      t.update({ accountId, id, headers: { 'X-One': '1' } }),
      t.update({ accountId, id, active: false }),
      t.harness.rpc.ask(rotateSubscription, { accountId, id, overlapSeconds: 60 }),
    ]);
    expect(await t.harness.rpc.ask(getSubscription, { accountId, id })).toMatchObject({
      description: 'CRM',
      events: ['comms.sent'],
      headerNames: ['X-One'],
      active: false,
      previousSecretUntil: expect.any(String) as unknown,
    });
  });
});
