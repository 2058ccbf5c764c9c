import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSendgridVerifier } from '@qflow/signing';
import type { ReceivedRequest } from '@qflow/testing';
import { mail, startSandbox, type TestSandbox } from './start-sandbox.js';

type Posted = Record<string, unknown>;
interface Triggered {
  event: Posted;
  posting: { state: string; attempts: number };
}

const eventsOf = (posts: readonly ReceivedRequest[]): unknown[] =>
  posts.flatMap((post) => JSON.parse(post.body.toString()) as unknown[]);

describe('events by hand', () => {
  let sandbox: TestSandbox;
  let id: string;
  let seen: number;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.call('POST', '/reset');
    const answer = await sandbox.send(
      mail('ann@example.com', {
        categories: ['tickets'],
        custom_args: { qflow_send_id: 's1' },
        asm: { group_id: 7 },
      }),
    );
    id = `${answer.headers.get('x-message-id')}.0`;
    await sandbox.webhook.until((posts) => eventsOf(posts).some((event) => isOf(event, 'delivered')));
    seen = eventsOf(sandbox.webhook.requests).length;
  });

  /** Raw entries of an earlier test may be anything. */
  const isOf = (event: unknown, name: string): boolean => {
    const { event: kind, sg_message_id: messageId } = (event ?? {}) as Posted;
    return kind === name && String(messageId).startsWith(id.slice(0, -2));
  };
  const trigger = (body: unknown, of = id): Promise<Triggered> =>
    sandbox.call('POST', `/inbox/messages/${of}/events`, body);
  /** What was posted since the mail of the test was delivered. */
  const posted = async (count = 1): Promise<unknown[]> => {
    await sandbox.webhook.until((posts) => eventsOf(posts).length >= seen + count);
    return eventsOf(sandbox.webhook.requests).slice(seen);
  };

  it.each(['/faults/rules', '/events', '/inbox/messages/x/events'])(
    '%s takes no form for JSON',
    async (path) => {
      const body = new URLSearchParams('{"event": "open"}');
      const answer = await fetch(sandbox.url + path, { method: 'POST', body });
      expect([answer.status, await answer.json()]).toEqual([
        415,
        expect.objectContaining({
          detail: expect.stringContaining('Content-Type: application/json') as unknown,
        }),
      ]);
    },
  );

  it.each<[object, object]>([
    [{ event: 'processed' }, {}],
    [{ event: 'deferred' }, { response: expect.stringMatching(/^451/), attempt: '1' }],
    [{ event: 'delivered' }, { response: expect.stringMatching(/^250/), tls: 1 }],
    [{ event: 'bounce' }, { type: 'bounce', status: '5.1.1', bounce_classification: 'Invalid Address' }],
    [
      { event: 'bounce', type: 'blocked' },
      { type: 'blocked', status: '5.7.1' },
    ],
    [{ event: 'dropped', reason: 'Spam Content' }, { reason: 'Spam Content' }],
    [{ event: 'open' }, { sg_machine_open: false, useragent: expect.any(String) }],
    [{ event: 'click' }, { url: 'https://rsvp.example/yes' }],
    [{ event: 'spamreport' }, {}],
    [{ event: 'unsubscribe' }, {}],
    [{ event: 'group_unsubscribe' }, { asm_group_id: 7 }],
    [{ event: 'group_resubscribe', asm_group_id: 9 }, { asm_group_id: 9 }],
  ])('post %j like any other', async (request, fields) => {
    const triggered = await trigger(request);
    const [event] = await posted();
    expect(event).toMatchObject({
      ...request,
      ...fields,
      email: 'ann@example.com',
      category: 'tickets',
      qflow_send_id: 's1',
      sg_message_id: expect.stringMatching(new RegExp(`^${id.slice(0, -2)}\\.filter`)),
      sg_event_id: expect.stringMatching(/^[\w-]{20,100}$/),
    });
    expect(triggered.event).toEqual(event);
  });

  it('are signed, and stand in the history of the message', async () => {
    await trigger({ event: 'open' });
    await posted();
    const { headers, body } = sandbox.webhook.requests.at(-1) as ReceivedRequest;
    const { public_key: key } = (await (
      await sandbox.api('GET', '/user/webhooks/event/settings/signed')
    ).json()) as { public_key: string };
    const signature = headers['x-twilio-email-event-webhook-signature'];
    const timestamp = headers['x-twilio-email-event-webhook-timestamp'];
    expect(
      createSendgridVerifier([key])({ signature, timestamp, body, now: Date.now() / 1000 }),
    ).toMatchObject({
      valid: true,
    });
    const { history } = await sandbox.call<{ history: object[] }>('GET', `/inbox/messages/${id}`);
    expect(history).toMatchObject([
      { event: 'processed' },
      { event: 'delivered' },
      { event: 'open', posting: { attempts: expect.any(Number) } },
    ]);
  });

  it('have ids of their own, unless one is given', async () => {
    const events = [await trigger({ event: 'open' }), await trigger({ event: 'open' })];
    const again = await trigger({ event: 'open', sg_event_id: events[0]?.event['sg_event_id'] });
    const ids = [...events, again].map(({ event }) => event['sg_event_id']);
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids[2]).toBe(ids[0]);
  });

  it('have the fields that are given, those that SendGrid does not have too, and not those that are null', async () => {
    await trigger({ event: 'bounce', timestamp: 1_700_000_000, sg_message_id: null, ip: null, mood: 'bad' });
    const [event] = await posted();
    expect(event).toMatchObject({ timestamp: 1_700_000_000, mood: 'bad', qflow_send_id: 's1' });
    expect(event).not.toHaveProperty('sg_message_id');
    expect(event).not.toHaveProperty('ip');
  });

  it('let a test wait for them', async () => {
    const waiting = sandbox.call<{ messages: { id: string }[] }>(
      'GET',
      '/inbox/messages?event=open&wait=60s',
    );
    await trigger({ event: 'open' });
    expect((await waiting).messages).toMatchObject([{ id, events: ['processed', 'delivered', 'open'] }]);
  });

  it('that make no sense are refused by name, and happen to nobody', async () => {
    expect(await trigger({ event: 'opened', timestamp: 'now' })).toMatchObject({
      status: 400,
      errors: [{ path: 'event' }, { path: 'timestamp' }],
    });
    expect(await trigger({ event: 'open', filler: 'x'.repeat(70_000) })).toMatchObject({
      status: 400,
      errors: [{ message: 'an event may have 64 KB at most' }],
    });
    expect(await trigger({ event: 'open' }, 'nope')).toMatchObject({ status: 404 });
    const { history } = await sandbox.call<{ history: object[] }>('GET', `/inbox/messages/${id}`);
    expect(history).toHaveLength(2);
  });

  it('of no message are posted and remembered', async () => {
    const answer = await sandbox.call<{ events: Triggered[] }>('POST', '/events', {
      event: 'account_status_change',
      type: 'compliance_suspend',
    });
    const [event] = await posted();
    expect(event).toEqual({
      event: 'account_status_change',
      type: 'compliance_suspend',
      timestamp: expect.any(Number),
      sg_event_id: expect.any(String),
    });
    expect(answer.events).toMatchObject([{ event }]);
    expect(await sandbox.call('GET', '/events')).toMatchObject({ events: [{ event }] });
  });

  it('may be anything at all', async () => {
    const raw = [{ event: 'delivered' }, 'no event', 5, null, [1], { event: 7, timestamp: 'then' }];
    await sandbox.call('POST', '/events', { raw });
    expect(await posted(raw.length)).toEqual(raw);
  });

  it('of no message are forgotten beyond the last 200', async () => {
    await sandbox.call('POST', '/events', { raw: Array.from({ length: 250 }, (_, index) => index) });
    const { events } = await sandbox.call<{ events: { event: unknown }[] }>('GET', '/events');
    expect([events.length, events[0]?.event, events.at(-1)?.event]).toEqual([200, 249, 50]);
  });
});

describe('events by hand without an event webhook', () => {
  it('happen, and are posted nowhere', async () => {
    const sandbox = await startSandbox({ SANDBOX_EVENT_WEBHOOK_URL: '' });
    try {
      const answer = await sandbox.send(mail('ann@example.com'));
      const path = `/inbox/messages/${answer.headers.get('x-message-id')}.0`;
      expect(await sandbox.call('POST', `${path}/events`, { event: 'open' })).toMatchObject({
        posting: { state: 'off', attempts: 0 },
      });
      expect(await sandbox.call('GET', path)).toMatchObject({ history: [{}, {}, { event: 'open' }] });
    } finally {
      await sandbox.close();
    }
  });
});
