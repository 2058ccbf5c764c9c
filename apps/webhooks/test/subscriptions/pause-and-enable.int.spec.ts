import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getSubscription, type CommsEventV1 } from '@qflow/contracts';
import { commsEvent, eventually } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { SubscriptionsUnderTest } from './subscriptions-under-test.js';

let t: SubscriptionsUnderTest;
beforeAll(async () => {
  t = await SubscriptionsUnderTest.start();
});
afterAll(() => t.stop());

describe('pausing and enabling', () => {
  const disable = (id: string, reason: 'gone' | 'failures') =>
    t.harness.query(
      `UPDATE subscriptions SET active = false, disabled_reason = $2, disabled_at = now(), failures = 20, warned = 100
        WHERE id = $1`,
      [id, reason],
    );

  it('logs what comes meanwhile as skipped, and offers it afterwards', async () => {
    const { accountId, id } = await t.create();
    const paused = await t.update({ accountId, id, active: false });
    expect(paused).toMatchObject({ active: false, disabledReason: 'paused', missed: null });
    const events = [commsEvent({ accountId, id: uuidv7() }), commsEvent({ accountId, id: uuidv7() })];
    for (const event of events) await t.harness.publish(event);
    await t.harness.eventsHandled();

    const enabled = await t.update({ accountId, id, active: true });
    expect(enabled).toMatchObject({
      active: true,
      disabledReason: null,
      disabledAt: null,
      missed: { since: paused.disabledAt, deliveries: 2 },
    });
    expect(await t.update({ accountId, id, active: true })).toMatchObject({ missed: null });
    await t.delivered(accountId);
    await t.update({ accountId, id, active: false });
    expect(await t.update({ accountId, id, active: true })).toMatchObject({ missed: null });
  });

  it('offers what was skipped although its event came before, and counts up to 10,000', async () => {
    const made = await t.create();
    const { accountId, id } = made;
    await t.harness.query(`UPDATE subscriptions SET enabled_at = now() - interval '1 hour' WHERE id = $1`, [
      id,
    ]);
    await disable(id, 'failures');
    const lagging = Date.now() - 1_800_000;
    await t.logged(made, 'skipped', lagging);
    // Of an earlier time of being disabled.
    await t.logged(made, 'skipped', Date.now() - 7_200_000);
    expect((await t.update({ accountId, id, active: true })).missed).toEqual({
      since: new Date(lagging).toISOString(),
      deliveries: 1,
    });

    await t.update({ accountId, id, active: false });
    await t.harness.query(
      `INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, created_at)
       SELECT uuidv7(), $1, $2, uuidv7(), 'comms.sent', '{}', 'skipped', now() FROM generate_series(1, 10_100)`,
      [id, accountId],
    );
    expect((await t.update({ accountId, id, active: true })).missed).toMatchObject({ deliveries: 10_000 });
  });

  it('keeps the reason of one that is disabled already', async () => {
    const { accountId, id } = await t.create();
    await disable(id, 'gone');
    const { disabledAt } = await t.harness.rpc.ask(getSubscription, { accountId, id });
    expect(await t.update({ accountId, id, active: false })).toMatchObject({
      active: false,
      disabledReason: 'gone',
      disabledAt,
    });
  });

  it('takes back strikes and warnings, and says so to operational subscribers', async () => {
    const { accountId, id } = await t.create();
    await disable(id, 'failures');
    const url = `${t.receiver.url}/moved`;
    expect(await t.update({ accountId, id, active: true, url })).toMatchObject({ active: true, failures: 0 });
    const told = await eventually(async () =>
      (await t.harness.platform.messages.inStream<CommsEventV1>('EVENTS')).find(
        (event) => event.accountId === accountId,
      ),
    );
    expect(told).toMatchObject({ type: 'endpoint.recovered', data: { endpoint: { id, url, failures: 0 } } });
    expect(await t.rowsOf(accountId)).toMatchObject([{ failures: 0, warned: 0 }]);
  });

  it('takes back strikes of one that is still active', async () => {
    const { accountId, id } = await t.create();
    await t.harness.query('UPDATE subscriptions SET failures = 3 WHERE id = $1', [id]);
    expect(await t.update({ accountId, id, active: true })).toMatchObject({ failures: 0, missed: null });
  });
});
