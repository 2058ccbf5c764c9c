import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deleteSubscription,
  getWebhook,
  listSubscriptions,
  rotateSubscription,
  rotateWebhook,
  setWebhook,
  type CommsEventV1,
} from '@qflow/contracts';
import { eventually } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { signedWith, SubscriptionsUnderTest } from './subscriptions-under-test.js';

let t: SubscriptionsUnderTest;
beforeAll(async () => {
  t = await SubscriptionsUnderTest.start();
});
afterAll(() => t.stop());

describe("the account's single webhook", () => {
  it('is one of its subscriptions', async () => {
    const accountId = randomUUID();
    await t.harness.rpc.ask(setWebhook, { accountId, url: t.receiver.url });
    const [webhook] = await t.harness.rpc.ask(listSubscriptions, { accountId });
    expect(webhook).toMatchObject({ isDefault: true, format: 'qflow', events: ['comms.*'], active: true });
    const id = webhook?.id as string;
    await t.update({ accountId, id, events: ['comms.sent'] });
    expect(await t.harness.rpc.ask(getWebhook, { accountId })).toEqual({ url: t.receiver.url });
    await t.harness.rpc.ask(deleteSubscription, { accountId, id });
    expect(await t.harness.rpc.ask(getWebhook, { accountId })).toBeNull();
    await expect(t.harness.rpc.ask(rotateWebhook, { accountId })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('set anew is as new: another URL and secret, enabled, without strikes', async () => {
    const accountId = uuidv7();
    const { secret: first } = await t.harness.register(accountId, t.receiver.url);
    const [{ id } = { id: '' }] = await t.harness.rpc.ask(listSubscriptions, { accountId });
    const { secret: second } = await t.harness.rpc.ask(rotateSubscription, {
      accountId,
      id,
      overlapSeconds: 3600,
    });
    await t.harness.query(
      `UPDATE subscriptions SET active = false, disabled_reason = 'gone', disabled_at = now(), failures = 9, warned = 100
        WHERE id = $1`,
      [id],
    );
    const url = `${t.receiver.url}/new`;
    const { secret: third } = await t.harness.register(accountId, url);
    expect(await t.harness.rpc.ask(listSubscriptions, { accountId })).toMatchObject([
      {
        id,
        url,
        active: true,
        disabledReason: null,
        disabledAt: null,
        failures: 0,
        previousSecretUntil: null,
      },
    ]);
    const request = await t.delivered(accountId);
    expect([first, second, third].map((secret) => signedWith(request, secret))).toEqual([false, false, true]);
    const told = await eventually(async () => {
      const events = (await t.harness.platform.messages.inStream<CommsEventV1>('EVENTS')).filter(
        (event) => event.accountId === accountId && event.type === 'endpoint.recovered',
      );
      return events.length > 0 ? events : undefined;
    });
    expect(told).toHaveLength(1);
  });

  it('rotated ends what overlapped as well', async () => {
    const accountId = uuidv7();
    await t.harness.register(accountId, t.receiver.url);
    const [{ id } = { id: '' }] = await t.harness.rpc.ask(listSubscriptions, { accountId });
    await t.harness.rpc.ask(rotateSubscription, { accountId, id, overlapSeconds: 3600 });
    const { secret } = await t.harness.rpc.ask(rotateWebhook, { accountId });
    expect(await t.rowsOf(accountId)).toMatchObject([{ previous_secret: null, previous_until: null }]);
    expect(signedWith(await t.delivered(accountId), secret)).toBe(true);
  });

  it('is one, however often it is set at once', async () => {
    const accountId = uuidv7();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => t.harness.register(accountId, t.receiver.url)),
    );
    expect(await t.rowsOf(accountId)).toHaveLength(1);
    const request = await t.delivered(accountId);
    expect(answers.filter(({ secret }) => signedWith(request, secret))).toHaveLength(1);
  });
});
