import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startStack, type RunningStack } from '@qflow/local-stack';
import { eventually, webhookReceiver, type ReceivedRequest, type WebhookReceiver } from '@qflow/testing';
import { Integrator, type Answer, type Login } from './integrator.js';
import { Operator } from './operator.js';

/**
 * The pages that integrators of three systems have before them, sentence by sentence, kept by a real stack: Qflow's
 * webhooks page, SendComms' and EmailFlow's. What a page says about time (30 seconds, 24 hours, 30 days) is kept by the
 * specs of webhooks, which can move due times.
 */
let stack: RunningStack;
let dataDir: string;
let operator: Operator;
let login: Login;
let api: Integrator;
let receiver: WebhookReceiver;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-pages-'));
  stack = await startStack({ dataDir });
  operator = new Operator(dataDir);
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  login = await operator.sender();
  api = await Integrator.login(stack.info, login);
  ({ eventId, templateId } = await api.eventWithTemplate());
  receiver = await webhookReceiver();
});
afterEach(() => receiver.close());

const send = (values: object = {}): Promise<Answer<{ attendeeInvitationId: string; id: string }>> =>
  api.createGuest({ eventId, commsTemplateId: templateId, email: 'alice@example.com', ...values });

interface Enveloped<Data> {
  success: boolean;
  data: Data;
}
interface CompatWebhook {
  id: string;
  uid: string;
  url: string;
  events: string[];
  active: boolean;
  secret?: string;
  created_at: string;
  failure_count: number;
}

const compat = <Data>(method: string, rest = '', body?: unknown): Promise<Answer<Enveloped<Data>>> =>
  api.call(method, `/api/v1/webhooks${rest}`, body);

const register = async (events: string[], more: object = {}): Promise<CompatWebhook & { secret: string }> => {
  const { status, body } = await compat<CompatWebhook & { secret: string }>('POST', '', {
    url: receiver.url,
    events,
    ...more,
  });
  expect([status, body.success]).toEqual([201, true]);
  return body.data;
};

const eventOf = ({ body }: ReceivedRequest): { event: string; data: Record<string, unknown> } =>
  JSON.parse(body.toString()) as { event: string; data: Record<string, unknown> };

describe('the page of SendComms', () => {
  const valid = ({ headers, body }: ReceivedRequest, secret: string): boolean =>
    headers['x-sendcomms-signature'] ===
    'sha256=' +
      createHmac('sha256', secret)
        .update(JSON.stringify(JSON.parse(body.toString())))
        .digest('hex');

  it('registers an endpoint with a secret of the caller’s and answers as shown', async () => {
    const events = ['email.sent', 'email.delivered', 'email.bounced', 'email.complained'];
    const webhook = await register(events, { secret: 'your_webhook_secret' });
    expect(webhook).toMatchObject({ url: receiver.url, events, active: true, secret: 'your_webhook_secret' });
    expect(webhook.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(webhook.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('generates a secret where none is given, and shows it only once', async () => {
    const { id, secret } = await register(['email.sent']);
    expect(secret).toMatch(/^whsec_[0-9a-f]{32,}$/);
    const { body } = await compat<CompatWebhook[]>('GET');
    expect(body.data.map((one) => [one.id, one.secret])).toEqual([[id, undefined]]);
  });

  it('posts the payload of the page, which its own verifier accepts', async () => {
    const { secret } = await register(['email.delivered']);
    const { body: guest } = await send();
    const request = await receiver.next();
    expect(valid(request, secret)).toBe(true);
    const payload = JSON.parse(request.body.toString()) as Record<string, unknown>;
    expect(Object.keys(payload)).toEqual(['event', 'transaction_id', 'timestamp', 'data']);
    expect(payload).toMatchObject({
      event: 'email.delivered',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      data: {
        email_id: guest.attendeeInvitationId,
        type: 'email',
        status: 'delivered',
        to: 'alice@example.com',
        subject: 'Your ticket for Summer Gala — Ada',
      },
    });
    expect((payload.data as { from: string }).from).toContain('@');
  });

  it('sends only the events that were asked for', async () => {
    await register(['email.delivered']);
    await send();
    await send();
    await receiver.until((all) => all.length === 2);
    expect(receiver.requests.map((request) => eventOf(request).event)).toEqual([
      'email.delivered',
      'email.delivered',
    ]);
  });

  it('lists the webhooks, and deletes one by its id in the query', async () => {
    const { id } = await register(['email.sent']);
    expect((await compat('DELETE', `?id=${id}`)).body.success).toBe(true);
    expect((await compat<CompatWebhook[]>('GET')).body).toEqual({ success: true, data: [] });
    expect((await compat('DELETE', `?id=${id}`)).status).toBe(404);
  });

  it('takes HTTPS only, outside of networks the operator allows', async () => {
    const { status, body } = await api.call<{ errors: { path: string; message: string }[] }>(
      'POST',
      '/api/v1/webhooks',
      { url: 'http://example.com/hook', events: ['email.sent'] },
    );
    expect([status, body.errors[0]?.path]).toEqual([400, '/url']);
  });
});

describe('the page of EmailFlow', () => {
  /** The receiver of the page, as it stands there. */
  const verify = (header: string, rawBody: string, secret: string, toleranceSeconds = 300): boolean => {
    const parts = Object.fromEntries(header.split(',').map((p) => p.split('='))) as Record<string, string>;
    if (Math.abs(Date.now() / 1000 - Number(parts.t)) > toleranceSeconds) return false;
    const expected = createHmac('sha256', secret).update(`${parts.t}.${rawBody}`).digest('hex');
    return timingSafeEqual(Buffer.from(expected), Buffer.from(parts.v1 as string));
  };
  const valid = ({ headers, body }: ReceivedRequest, secret: string): boolean =>
    verify(headers['x-emailflow-signature'] as string, body.toString(), secret);
  const emailflow = { format: 'emailflow' };

  it('answers 201 with the secret, exactly once', async () => {
    const events = ['email.opened', 'email.clicked', 'email.bounced'];
    const { uid, secret, ...webhook } = await register(events, emailflow);
    expect(webhook).toMatchObject({ url: receiver.url, events, active: true });
    expect(secret.length).toBeGreaterThanOrEqual(32);
    const { body } = await compat<CompatWebhook>('GET', `/${uid}`);
    expect(body.data).toMatchObject({ uid, active: true, failure_count: 0 });
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  it('requires url and events', async () => {
    for (const body of [
      { events: ['email.opened'] },
      { url: receiver.url },
      { url: receiver.url, events: [] },
    ])
      expect((await compat('POST', '', { ...body, ...emailflow })).status).toBe(400);
    const { status } = await compat('POST', '', { url: receiver.url, events: ['email.open'], ...emailflow });
    expect(status).toBe(400);
  });

  it('posts the payload of the page, which its own receiver accepts', async () => {
    const { secret } = await register(['email.delivered'], emailflow);
    await send();
    const request = await receiver.next();
    expect(valid(request, secret)).toBe(true);
    const payload = JSON.parse(request.body.toString()) as Record<string, unknown>;
    expect(Object.keys(payload)).toEqual(['id', 'event', 'occurred_at', 'data']);
    expect(payload).toMatchObject({
      event: 'email.delivered',
      occurred_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      data: { campaign_uid: templateId, subscriber_email: 'alice@example.com', list_uid: eventId },
    });
  });

  it('sends a signed synchronous ping and answers the live result', async () => {
    const { uid, secret } = await register(['email.delivered'], emailflow);
    const good = await compat<{ status: string; response_code: number; duration_ms: number }>(
      'POST',
      `/${uid}/test`,
    );
    expect(good.body.data).toMatchObject({ status: 'delivered', response_code: 200 });
    expect(good.body.data.duration_ms).toBeGreaterThanOrEqual(0);
    const ping = await receiver.next();
    expect([valid(ping, secret), eventOf(ping).event]).toEqual([true, 'ping']);

    receiver.answer((_request, response) => void response.writeHead(401).end());
    const bad = await compat('POST', `/${uid}/test`);
    expect(bad.body.data).toMatchObject({ status: 'failed', response_code: 401 });
  });

  it('has a delivery log, newest first, with what was answered, filtered by status', async () => {
    const { uid } = await register(['email.sent', 'email.delivered'], emailflow);
    await send();
    await receiver.until((all) => all.length === 2);
    interface Logged {
      event: string;
      status: string;
      created_at: string;
      attempts: { response_code: number; duration_ms: number }[];
    }
    const log = await eventually(async () => {
      const { body } = await compat<Logged[]>('GET', `/${uid}/deliveries?status=delivered`);
      return body.data.length === 2 ? body.data : undefined;
    });
    expect(log.map(({ created_at: at }) => at)).toEqual(
      log
        .map(({ created_at: at }) => at)
        .sort()
        .reverse(),
    );
    expect(log[0]?.attempts[0]).toMatchObject({ response_code: 200 });
    const failed = await compat<Logged[]>('GET', `/${uid}/deliveries?status=failed`);
    expect(failed.body.data).toEqual([]);
  });

  it('updates url, events and active, and deletes the log with the subscription', async () => {
    const { uid } = await register(['email.delivered'], emailflow);
    const patched = await compat<CompatWebhook>('PATCH', `/${uid}`, {
      events: ['email.sent'],
      active: false,
    });
    expect(patched.body.data).toMatchObject({ events: ['email.sent'], active: false });
    const again = await compat<CompatWebhook>('PATCH', `/${uid}`, { active: true });
    expect(again.body.data).toMatchObject({ active: true, failure_count: 0 });
    expect((await compat('DELETE', `/${uid}`)).status).toBe(200);
    expect((await compat('GET', `/${uid}`)).status).toBe(404);
    expect((await compat('GET', `/${uid}/deliveries`)).status).toBe(404);
  });

  it('never lets events of another account reach an endpoint', async () => {
    await register(['email.*'], emailflow);
    const stranger = await Integrator.login(stack.info, await operator.sender());
    const theirs = await stranger.eventWithTemplate();
    await stranger.createGuest({
      eventId: theirs.eventId,
      commsTemplateId: theirs.templateId,
      email: 'bob@example.com',
    });
    await send();
    await receiver.until((all) => all.length >= 2);
    expect(receiver.requests.map((request) => eventOf(request).data.subscriber_email)).not.toContain(
      'bob@example.com',
    );
  });
});

describe('Qflow’s own webhooks page', () => {
  it('registers under the API-management prefix, shows the URL and never the secret', async () => {
    const { body } = await api.call<{ url: string; secret: string }>('POST', '/comms/v1/api/comms/webhook', {
      url: receiver.url,
    });
    expect(body.secret).toMatch(/^[0-9a-f]{64}$/);
    expect((await api.call('GET', '/comms/v1/api/comms/webhook')).body).toEqual({ url: receiver.url });
  });

  it('is the default subscription of the account: one list holds it and the others', async () => {
    await api.registerWebhook(receiver.url);
    await api.call('POST', '/api/comms/webhooks', { url: receiver.url, events: ['comms.bounced'] });
    const { body } = await api.call<{ isDefault: boolean; format: string }[]>('GET', '/api/comms/webhooks');
    expect(body.map(({ isDefault, format }) => [isDefault, format])).toEqual([
      [true, 'qflow'],
      [false, 'qflow'],
    ]);
  });

  it('signs with both secrets during an overlap, and the old one stops at once without', async () => {
    const first = await api.registerWebhook(receiver.url);
    const [{ id }] = (await api.call<[{ id: string }]>('GET', '/api/comms/webhooks')).body;
    const { body } = await api.call<{ secret: string }>('POST', `/api/comms/webhooks/${id}/rotate`, {
      overlapSeconds: 600,
    });
    await api.call('POST', '/api/comms/webhook/test');
    const signs = ({ headers, body: raw }: ReceivedRequest, secret: string): boolean => {
      const header = headers['x-qflow-signature'] as string;
      const time = /t=(\d+)/.exec(header)?.[1];
      return header.includes(createHmac('sha256', secret).update(`${time}.${raw.toString()}`).digest('hex'));
    };
    const [overlapping] = receiver.requests;
    expect([first, body.secret].map((secret) => signs(overlapping as ReceivedRequest, secret))).toEqual([
      true,
      true,
    ]);

    const { body: last } = await api.call<{ secret: string }>('POST', '/api/comms/webhook/rotate');
    await api.call('POST', '/api/comms/webhook/test');
    const after = receiver.requests[1] as ReceivedRequest;
    expect([first, body.secret, last.secret].map((secret) => signs(after, secret))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
