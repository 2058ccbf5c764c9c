import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  changeSubjects,
  createSubscription,
  deleteSubscription,
  deleteWebhook,
  getSubscription,
  listSubscriptions,
  type NewSubscription,
} from '@qflow/contracts';
import { importStandardPublicKey, verifyStandard } from '@qflow/signing';
import { commsEvent } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { notFound, SubscriptionsUnderTest, viewOf } from './subscriptions-under-test.js';

let t: SubscriptionsUnderTest;
const announced: string[] = [];

beforeAll(async () => {
  t = await SubscriptionsUnderTest.start();
  t.harness.rpc.listen<{ accountId: string }>(changeSubjects.subscriptions, ({ accountId }) =>
    announced.push(accountId),
  );
});
afterAll(() => t.stop());

describe('creating', () => {
  it('answers the whole subscription, and its secret once', async () => {
    const made = await t.create({
      description: 'CRM',
      events: ['comms.*', 'email.complained'],
      headers: { Authorization: 'Bearer hunter2', 'X-Tenant': '7' },
      retry: { delaysSeconds: [60], disableAfter: 5 },
    });
    expect(viewOf(made)).toEqual({
      id: made.id,
      url: t.receiver.url,
      format: 'qflow',
      events: ['comms.*', 'email.complained'],
      description: 'CRM',
      headerNames: ['Authorization', 'X-Tenant'],
      retry: { delaysSeconds: [60], timeoutSeconds: 15, disableAfter: 5 },
      active: true,
      disabledReason: null,
      disabledAt: null,
      failures: 0,
      lastSuccessAt: null,
      lastFailureAt: null,
      publicKey: null,
      previousSecretUntil: null,
      isDefault: false,
      created: expect.stringMatching(/Z$/) as unknown,
      updated: made.created,
    });
    const { accountId, id } = made;
    expect(made.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(await t.harness.rpc.ask(getSubscription, { accountId, id })).toEqual(viewOf(made));
    expect(await t.harness.rpc.ask(listSubscriptions, { accountId })).toEqual([viewOf(made)]);
    expect(announced).toContain(accountId);
  });

  it('stores nothing secret in the clear', async () => {
    const { accountId, secret } = await t.create({
      headers: { 'X-Key': 'hunter2' },
      format: 'standard',
      asymmetric: true,
    });
    const [row] = await t.rowsOf(accountId);
    const text = JSON.stringify(row);
    expect([row?.secret, row?.headers, row?.private_key]).toEqual(
      Array(3).fill(expect.stringMatching(/^k1\.[A-Za-z0-9+/=]+$/)),
    );
    for (const clear of [secret, 'hunter2', 'whsk_']) expect(text).not.toContain(clear);
  });

  it('takes what does not say otherwise from the format', async () => {
    expect(await t.create()).toMatchObject({
      events: ['comms.*', 'contact.*'],
      retry: { timeoutSeconds: 15, disableAfter: null },
    });
    expect(await t.create({ format: 'sendcomms' })).toMatchObject({
      secret: expect.stringMatching(/^whsec_[0-9a-f]{64}$/) as unknown,
      retry: { timeoutSeconds: 5, disableAfter: null },
    });
    expect(await t.create({ format: 'emailflow' })).toMatchObject({
      retry: { delaysSeconds: [30, 300, 1800], disableAfter: 20 },
    });
  });

  it('signs with the secret that the caller chose, and with the key pair it asked for', async () => {
    const secret = `whsec_${Buffer.alloc(32, 'correct horse battery staple').toString('base64')}`;
    const { accountId, publicKey } = await t.create({ format: 'standard', secret, asymmetric: true });
    const event = commsEvent({ accountId, id: uuidv7() });
    await t.harness.publish(event);
    const { headers, body } = await t.receiver.next((one) => one.headers['webhook-id'] === event.id);
    const request = { headers, body };
    expect(verifyStandard({ ...request, secret }).valid).toBe(true);
    const publicKeys = [importStandardPublicKey(publicKey as string)];
    expect(verifyStandard({ ...request, publicKeys }).valid).toBe(true);
  });

  it('sends the headers of the account with every request', async () => {
    const { accountId } = await t.create({ headers: { Authorization: 'Bearer hunter2', 'X-Tenant': '7' } });
    expect((await t.delivered(accountId)).headers).toMatchObject({
      authorization: 'Bearer hunter2',
      'x-tenant': '7',
      'content-type': 'application/json',
    });
  });

  it('answers a repetition as the first time, also where they come at once', async () => {
    const request = t.newSubscription({ format: 'standard', asymmetric: true });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => t.harness.rpc.ask(createSubscription, request)),
    );
    const later = await t.harness.rpc.ask(createSubscription, request);
    expect(new Set([...answers, later].map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await t.rowsOf(request.accountId)).toHaveLength(1);
  });

  it('does not check a repetition anew: what is there, is there', async () => {
    const request = t.newSubscription();
    const made = await t.harness.rpc.ask(createSubscription, request);
    const again = await t.harness.rpc.ask(createSubscription, { ...request, url: 'https://nobody.invalid/' });
    expect(again).toEqual(made);
  });

  it('gives an id that is taken to nobody else, and none that was deleted back', async () => {
    const { accountId, id } = await t.create();
    await expect(t.create({ id })).rejects.toMatchObject(notFound);
    await t.harness.rpc.ask(deleteSubscription, { accountId, id });
    await expect(t.create({ accountId, id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(t.create({ id })).rejects.toMatchObject(notFound);
  });

  it('stops at the limit exactly, however many come at once', async () => {
    const accountId = uuidv7();
    const refused = {
      code: 'webhook_limit',
      detail: 'This account has 20 webhooks, as many as it may have. Delete one that is not needed any more.',
    };
    const outcomes = await Promise.allSettled([
      t.harness.register(accountId, t.receiver.url),
      ...Array.from({ length: 29 }, () => t.create({ accountId })),
    ]);
    const reasons = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    expect(reasons).toHaveLength(10);
    for (const reason of reasons) expect(reason).toMatchObject(refused);

    // Which of them found room is not for us to say; go on with none that is of the Qflow routes.
    const listed = await t.harness.rpc.ask(listSubscriptions, { accountId });
    const gone = listed.find(({ isDefault }) => isDefault) ?? listed[0];
    await t.harness.rpc.ask(deleteSubscription, { accountId, id: gone?.id as string });
    const again = await t.create({ accountId });
    await expect(t.create({ accountId })).rejects.toMatchObject(refused);
    // The one of the Qflow routes counts too; setting it anew takes no room.
    await t.harness.rpc.ask(deleteSubscription, { accountId, id: again.id });
    await t.harness.register(accountId, t.receiver.url);
    await t.harness.register(accountId, t.receiver.url);
    await t.harness.rpc.ask(deleteWebhook, { accountId });
    await t.create({ accountId });
    await expect(t.harness.register(accountId, t.receiver.url)).rejects.toMatchObject(refused);
    await t.create();
  });

  it.each<[string, Partial<NewSubscription>, string, string]>([
    ['a URL that is none', { url: 'nonsense' }, '/url', 'must be'],
    ['a URL in a private network', { url: 'https://10.0.0.8/' }, '/url', 'not on the public internet'],
    ['a URL with NUL', { url: 'https://example.com/\0' }, '/url', ''],
    ['no event', { events: [] }, '/events', 'must be a list of 1 to 50 event types'],
    [
      'a misspelt event',
      { events: ['comms.sent', 'comms.bounce'] },
      '/events/1',
      'is not an event type: did you mean "comms.bounced"?',
    ],
    ['a weak secret', { secret: 'test' }, '/secret', 'must have at least 16 characters'],
    [
      'a secret that the format cannot use',
      { format: 'standard', secret: 'x'.repeat(8) + 'abcdefgh' },
      '/secret',
      'must be "whsec_" followed by the base64',
    ],
    ['a long description', { description: 'é'.repeat(501) }, '/description', 'longer than 500'],
    ['NUL in the description', { description: 'a\0b' }, '/description', 'must not contain NUL'],
    ['a header of ours', { headers: { Host: 'evil.example' } }, '/headers/Host', 'we set ourselves'],
    [
      'a header with another one in it',
      { headers: { 'X-Key': 'a\r\nX-Injected: b' } },
      '/headers/X-Key',
      'without line breaks',
    ],
    ['a rule that is none', { retry: { delays: [1] } as object }, '/retry/delays', 'is not a retry rule'],
    [
      'a wait of a week',
      { retry: { delaysSeconds: [604_800] } },
      '/retry/delaysSeconds/0',
      'from 1 to 86400',
    ],
    ['keys for a format without', { asymmetric: true }, '/asymmetric', 'for the format "standard" only'],
  ])('refuses %s', async (_what, values, path, message) => {
    const accountId = uuidv7();
    await expect(t.create({ accountId, ...values })).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path, message: expect.stringContaining(message) as unknown }] },
    });
    expect(await t.rowsOf(accountId)).toEqual([]);
  });

  it('names everything that is wrong at once, and repeats no secret', async () => {
    const refused = await t
      .create({
        url: 'nonsense',
        events: ['comms.sents'],
        secret: 'hunter2',
        headers: { 'X-Key': 'hunter2\n' },
        retry: { timeoutSeconds: 21 },
      })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'validation_error',
      extras: {
        errors: ['/events/0', '/secret', '/headers/X-Key', '/retry/timeoutSeconds', '/url'].map((path) =>
          expect.objectContaining({ path }),
        ),
      },
    });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
  });
});
