import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, type RunningStack } from '@qflow/local-stack';
import { webhookReceiver, type ReceivedRequest, type WebhookReceiver } from '@qflow/testing';
import { Inbox, Integrator, type Answer, type Guest, type Login } from './integrator.js';
import { Operator } from './operator.js';

/**
 * The integrator guide, from top to bottom, in its own words, kept by a real stack. Not walked here, because nothing an
 * integrator does brings them about: `comms.failed`, `comms.skipped`, a resend after a transient failure and the 500.
 * The sender's and the gateway's own specs have those.
 */
let stack: RunningStack;
let dataDir: string;
let operator: Operator;
let login: Login;
let api: Integrator;
let inbox: Inbox;
let receiver: WebhookReceiver;
let secret: string;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-guide-'));
  stack = await startStack({ dataDir });
  operator = new Operator(dataDir);
  login = await operator.sender();
  api = await Integrator.login(stack.info, login);
  inbox = new Inbox(stack.info);
  receiver = await webhookReceiver();
}, 120_000);
afterAll(async () => {
  await receiver?.close();
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Problem {
  code: string;
  errors?: { path: string; message: string }[];
  urls?: { url: string; reason: string }[];
  previous?: { status: string };
}

const template = (values: object = {}): object => ({
  eventId,
  name: 'Ticket confirmation v1',
  subject: 'Your ticket for {{event}} — {{firstname}}',
  html: '<html><body><p>Hello {{firstname}}</p></body></html>',
  fromAddress: 'tickets@yourcompany.com',
  fromName: 'Your Company Tickets',
  replyTo: 'support@yourcompany.com',
  ...values,
});

const sendIdOf = ({ json }: ReceivedRequest): unknown => json.data.attendeeInvitationId;

/** The webhook of this type about this send, once it has come. */
async function heard(sendId: string, type: string): Promise<ReceivedRequest> {
  const isIt = (one: ReceivedRequest): boolean => sendIdOf(one) === sendId && one.json.type === type;
  await receiver.until((all) => all.some(isIt));
  return receiver.requests.find(isIt) as ReceivedRequest;
}

const guestWith = (values: Record<string, unknown>): Promise<Answer<Guest>> =>
  api.createGuest({ eventId, commsTemplateId: templateId, ...values });

const tokenRequest = (form: Record<string, string>): Promise<Response> =>
  fetch(`${stack.info.gateway}/core/connect/token`, { method: 'POST', body: new URLSearchParams(form) });

const passwordGrant = (): Record<string, string> => ({
  grant_type: 'password',
  client_id: stack.info.demo.clientId,
  client_secret: stack.info.demo.clientSecret,
  scope: 'qflowapi',
  ...login,
});

describe('Quick start', () => {
  it('1. Get an OAuth bearer token: use the standard /connect/token flow', async () => {
    const response = await tokenRequest(passwordGrant());
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      token_type: 'Bearer',
      access_token: expect.any(String),
    });
  });

  it('2. Confirm Comms API access: GET /api/comms/templates?eventId= answers 200', async () => {
    const event = await api.call<{ id: string }>('POST', '/api/event', {
      title: 'Summer Gala',
      startTime: '2036-06-21T19:30',
      endTime: '2036-06-21T23:00',
      timeZoneId: 'Europe/London',
      companyName: 'Analytical Events',
    });
    eventId = event.body.id;
    const { status, body } = await api.call('GET', `/api/comms/templates?eventId=${eventId}`);
    expect({ status, body }).toEqual({ status: 200, body: [] });
  });

  it('3. Register your webhook endpoint: the secret is shown once only', async () => {
    const { status, body } = await api.call<{ url: string; secret: string }>('POST', '/api/comms/webhook', {
      url: receiver.url,
    });
    expect({ status, url: body.url }).toEqual({ status: 200, url: receiver.url });
    secret = body.secret;
    expect((await api.call('GET', '/api/comms/webhook')).body).toEqual({ url: receiver.url });
  });

  it('4. Create a comms template: store the returned template id', async () => {
    const { status, body } = await api.call<{ id: string }>('POST', '/api/comms/template', template());
    expect(status).toBe(200);
    templateId = body.id;
  });

  it('5. Create a guest with commsTemplateId: the record comes at once, the e-mail and its events follow', async () => {
    const { status, body } = await guestWith({ correlationId: 'order-123' });
    expect(status).toBe(200);
    expect(body.correlationId).toBe('order-123');
    await heard(body.attendeeInvitationId, 'comms.sent');
    await heard(body.attendeeInvitationId, 'comms.delivered');
    expect(await inbox.ofSend(body.attendeeInvitationId)).toHaveLength(1);
  });
});

describe('Authentication', () => {
  it('tokens expire, typically after 1 hour', async () => {
    const body = (await (await tokenRequest(passwordGrant())).json()) as { expires_in: number };
    expect(body.expires_in).toBe(3600);
  });

  it('refresh via standard OAuth flow', async () => {
    const first = await tokenRequest({ ...passwordGrant(), scope: 'qflowapi offline_access' });
    const { refresh_token } = (await first.json()) as { refresh_token: string };
    const { clientId, clientSecret } = stack.info.demo;
    const second = await tokenRequest({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token,
    });
    expect(second.status).toBe(200);
    const { access_token } = (await second.json()) as { access_token: string };
    const answer = await fetch(`${stack.info.gateway}/api/comms/templates?eventId=${eventId}`, {
      headers: { Authorization: `Bearer ${access_token}` },
    });
    expect(answer.status).toBe(200);
  });
});

describe('Comms API access (allow-list)', () => {
  it('endpoints are restricted to enabled accounts: 403 comms_api_not_enabled → request access', async () => {
    const outsider = await Integrator.login(stack.info, await operator.user('--trust', 'verified'));
    const { status, body } = await outsider.call<Problem>('GET', `/api/comms/templates?eventId=${eventId}`);
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'comms_api_not_enabled' });
  });

  it('access is granted per user', async () => {
    const user = await operator.user();
    const newcomer = await Integrator.login(stack.info, user);
    await operator.admin('user', 'grant', '--email', user.username);
    const event = await newcomer.call<{ id: string }>('POST', '/api/event', {
      title: 'First',
      startTime: '2036-06-21T19:30',
      endTime: '2036-06-21T23:00',
      timeZoneId: 'Europe/London',
    });
    const { status } = await newcomer.call('GET', `/api/comms/templates?eventId=${event.body.id}`);
    expect(status).toBe(200);
  });

  it('access is granted per enterprise', async () => {
    const pin = `E${randomUUID().slice(0, 8)}`;
    const user = await operator.user('--enterprise', pin);
    await operator.admin('enterprise', 'grant', '--pin', pin);
    const member = await Integrator.login(stack.info, { ...user, username: `${pin}/${user.username}` });
    // Not his event; but he may ask.
    const { status } = await member.call('GET', `/api/comms/templates?eventId=${eventId}`);
    expect(status).toBe(404);
  });
});

describe('Templates', () => {
  /** Every token of the guide's table with what it shows for this guest. */
  const tokens: [token: string, shows: string][] = [
    ['firstname', 'Ada'],
    ['lastname', 'Lovelace'],
    ['fullname', 'Ada Lovelace'],
    ['othernames', 'Augusta'],
    ['email', 'ada@example.com'],
    ['barcode', 'K7Q2M9XW4T8B1ZRC'],
    ['plusones', '2'],
    ['guestnotes', 'Vegetarian'],
    ['tags', 'speaker'],
    ['tickets', 'VIP<br>Backstage'],
    ['sessions', 'Day 1'],
    ['event', 'Summer Gala'],
    ['date', '21 June 2036'],
    ['starttime', '19:30'],
    ['endtime', '23:00'],
    ['companyname', 'Analytical Events'],
    ['V_1', 'Table 7'],
    ['V_2', 'Fish &amp; chips'],
  ];
  let html: string;

  beforeAll(async () => {
    const all = [...tokens.map(([token]) => token), 'barcode_qr', 'rsvplink_yes', 'rsvplink_no'];
    const { body: saved } = await api.call<{ id: string }>(
      'POST',
      '/api/comms/template',
      template({
        html: `<html><body>${all.map((token) => `<p id="${token}">{{${token}}}</p>`).join('')}<img src="{{barcode_qr}}"></body></html>`,
      }),
    );
    const { body: guest } = await guestWith({
      commsTemplateId: saved.id,
      otherNames: 'Augusta',
      barcode: 'K7Q2M9XW4T8B1ZRC',
      plusOnes: 2,
      additionalInfo: 'Vegetarian',
      tags: '{tickettype}VIP,{tickettype}Backstage,{session}Day 1,speaker',
      customFields: { 1: 'Table 7', 2: 'Fish & chips' },
    });
    await heard(guest.attendeeInvitationId, 'comms.sent');
    html = await inbox.htmlOf(guest.attendeeInvitationId);
  });

  const shown = (token: string): string | undefined =>
    new RegExp(`<p id="${token}">(.*?)</p>`, 's').exec(html)?.[1];

  it.each(tokens)('{{%s}} shows %j', (token, shows) => {
    expect(shown(token)).toBe(shows);
  });

  it('{{barcode_qr}} is a QR code image URL, to use in <img src="">', async () => {
    const url = /<img src="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const image = await fetch(url);
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/png']);
  });

  it.each(['yes', 'no'])('{{rsvplink_%s}} is an RSVP confirmation link', async (answer) => {
    const page = await fetch(shown(`rsvplink_${answer}`)?.replaceAll('&amp;', '&') ?? '');
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
    expect(await page.text()).toContain('Summer Gala');
  });

  it('{{barcode}} is auto-generated if missing', async () => {
    const { body } = await api.createGuest({ eventId });
    expect((body as unknown as { barcode: string }).barcode).toMatch(/^[A-Z0-9]{16}$/);
  });

  it('are scoped to a single event', async () => {
    const { body: other } = await api.call<{ id: string }>('POST', '/api/event', {
      title: 'Another',
      startTime: '2036-06-21T19:30',
      endTime: '2036-06-21T23:00',
      timeZoneId: 'Europe/London',
    });
    const { status, body } = await guestWith({ eventId: other.id });
    expect({ status, code: (body as unknown as Problem).code }).toEqual({
      status: 422,
      code: 'template_event_mismatch',
    });
  });

  it('POST /api/comms/template with the fields of the guide: capture the id', async () => {
    const { status, body } = await api.call<{ id: string; fromName: string }>(
      'POST',
      '/api/comms/template',
      template(),
    );
    expect({ status, fromName: body.fromName }).toEqual({ status: 200, fromName: 'Your Company Tickets' });
    expect(body.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('show in a preview what is sent, byte for byte', async () => {
    const { body: saved } = await api.call<{ id: string }>(
      'POST',
      '/api/comms/template',
      template({
        subject: '{{firstname}} & {{event}}',
        html: '<p title="{{tags}}">{{fullname}}</p>{% if plusones > 0 %}<p>+{{plusones}}</p>{% endif %}<a href="https://example.com/?g={{fullname}}">{{sessions}}</a><img src="{{barcode_qr}}">',
      }),
    );
    const { body: guest } = await guestWith({
      commsTemplateId: saved.id,
      firstName: 'Zoë <b>"&',
      plusOnes: 1,
      tags: '{session}Day 1,{session}Day 2,it\'s "x"',
    });
    await heard(guest.attendeeInvitationId, 'comms.sent');
    const { body: preview } = await api.call<{ subject: string; html: string }>(
      'POST',
      `/api/comms/template/${saved.id}/preview`,
      { attendeeId: guest.id },
    );
    const [mail] = await inbox.ofSend(guest.attendeeInvitationId);
    expect(preview.subject).toBe(mail?.subject);
    expect(preview.html).toBe(await inbox.htmlOf(guest.attendeeInvitationId));
  });

  it('URL safety scanning: unsafe URLs → rejected with 422 spam_check_failed', async () => {
    const { status, body } = await api.call<Problem>(
      'POST',
      '/api/comms/template',
      template({ html: '<p><a href="http://192.0.2.7/login">Your ticket</a></p>' }),
    );
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'spam_check_failed' });
    expect(body.urls).toEqual([{ url: 'http://192.0.2.7/login', reason: expect.any(String) }]);
  });
});

describe('Previous attempts', () => {
  it('Delivered successfully: allowed, resend scenario', async () => {
    const { body: guest } = await guestWith({});
    await heard(guest.attendeeInvitationId, 'comms.delivered');
    const { status, body } = await api.call<{ attendeeInvitationId: string }>('POST', '/api/comms/send', {
      attendeeId: guest.id,
      templateId,
      correlationId: 'resend-123',
    });
    expect(status).toBe(200);
    expect((await heard(body.attendeeInvitationId, 'comms.delivered')).json.data.correlationId).toBe(
      'resend-123',
    );
  });

  it('No previous attempt: allowed, first send', async () => {
    const { body: guest } = await api.createGuest({ eventId });
    const { status, body } = await api.call<{ attendeeInvitationId: string }>('POST', '/api/comms/send', {
      attendeeId: guest.id,
      templateId,
    });
    expect(status).toBe(200);
    await heard(body.attendeeInvitationId, 'comms.delivered');
  });

  it.each([
    ['bounced', 'bounced'],
    ['dropped', 'dropped'],
    ['spam', 'spam_reported'],
    ['unsubscribed', 'unsubscribed'],
  ])('%s: rejected, the recipient cannot be e-mailed', async (recipient, state) => {
    const { body: guest } = await guestWith({ email: `${recipient}+${randomUUID()}@sandbox.test` });
    await heard(guest.attendeeInvitationId, `comms.${state}`);
    const { status, body } = await api.call<Problem>('POST', '/api/comms/send', {
      attendeeId: guest.id,
      templateId,
    });
    expect({ status, code: body.code, previous: body.previous?.status }).toEqual({
      status: 422,
      code: 'previous_send_permanently_failed',
      previous: state,
    });
  });
});

describe('Webhooks', () => {
  let request: ReceivedRequest;

  beforeAll(async () => {
    const { body } = await guestWith({ correlationId: 'order-7' });
    request = await heard(body.attendeeInvitationId, 'comms.delivered');
  });

  it('Headers: X-Qflow-Signature t=…,v1=…, X-Qflow-Webhook-Id and X-Qflow-Event', () => {
    expect(request.headers).toMatchObject({
      'x-qflow-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
      'x-qflow-webhook-id': request.json.id,
      'x-qflow-event': 'comms.delivered',
    });
  });

  it('Verify: read raw body, parse signature, check timestamp (±5 mins), recompute HMAC, constant-time compare', () => {
    const [, t = '', v1 = ''] = /^t=(\d+),v1=(\w+)$/.exec(String(request.headers['x-qflow-signature'])) ?? [];
    expect(Math.abs(Date.now() / 1000 - Number(t))).toBeLessThan(300);
    const digest = createHmac('sha256', secret).update(`${t}.`).update(request.body).digest();
    expect(timingSafeEqual(digest, Buffer.from(v1, 'hex'))).toBe(true);
  });

  it('Payload: id, type, createdAt and data', () => {
    expect(request.json).toEqual({
      id: expect.any(String),
      type: 'comms.delivered',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: {
        attendeeId: expect.any(String),
        templateId,
        attendeeInvitationId: sendIdOf(request),
        status: 'delivered',
        error: null,
        correlationId: 'order-7',
      },
    });
  });

  it.each([
    ['opened+{id}@sandbox.test', 'comms.opened'],
    ['bounced+{id}@sandbox.test', 'comms.bounced'],
    ['dropped+{id}@sandbox.test', 'comms.dropped'],
    ['spam+{id}@sandbox.test', 'comms.spam_reported'],
    ['unsubscribed+{id}@sandbox.test', 'comms.unsubscribed'],
  ])('an e-mail to %s comes back as %s', async (email, type) => {
    const { body } = await guestWith({ email: email.replace('{id}', randomUUID()) });
    expect((await heard(body.attendeeInvitationId, type)).headers['x-qflow-event']).toBe(type);
  });

  it('comms.test: synthetic event triggered via the webhook test endpoint', async () => {
    const { status, body } = await api.call<{ id: string; delivered: boolean }>(
      'POST',
      '/api/comms/webhook/test',
    );
    expect({ status, delivered: body.delivered }).toEqual({ status: 200, delivered: true });
    expect(receiver.requests.some(({ json }) => json.id === body.id && json.type === 'comms.test')).toBe(
      true,
    );
  });
});

describe('Idempotency', () => {
  it('same request twice = one e-mail, one webhook', async () => {
    const id = randomUUID();
    const [first, second] = [await guestWith({ id }), await guestWith({ id })];
    expect(second.body).toEqual(first.body);
    const sendId = first.body.attendeeInvitationId;
    await heard(sendId, 'comms.delivered');
    expect(await inbox.ofSend(sendId)).toHaveLength(1);
    expect(
      receiver.requests.filter((one) => sendIdOf(one) === sendId && one.json.type === 'comms.sent'),
    ).toHaveLength(1);
  });

  it('a different id → a new send', async () => {
    const { body: guest } = await guestWith({});
    await heard(guest.attendeeInvitationId, 'comms.delivered');
    const send = (id: string): Promise<Answer<{ attendeeInvitationId: string }>> =>
      api.call('POST', '/api/comms/send', { id, attendeeId: guest.id, templateId });
    const [id, other] = [randomUUID(), randomUUID()];
    const first = await send(id);
    await heard(first.body.attendeeInvitationId, 'comms.delivered');
    expect((await send(id)).body.attendeeInvitationId).toBe(first.body.attendeeInvitationId);
    expect((await send(other)).body.attendeeInvitationId).not.toBe(first.body.attendeeInvitationId);
  });
});

describe('Errors', () => {
  it.each<[string, unknown, string]>([
    ['missing required field', { firstName: 'Ada' }, '/eventId'],
    ['malformed GUID', { eventId: 'not-a-guid' }, '/eventId'],
    ['invalid JSON body', '{"eventId":', '/'],
  ])('400 — validation error: %s', async (_what, body, place) => {
    const answer = await api.call<Problem>('POST', '/api/guest', body);
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 400,
      code: 'validation_error',
    });
    expect(answer.body.errors?.map((error) => error.path)).toContain(place);
  });

  it.each([
    ['missing', undefined],
    ['invalid', 'Bearer nonsense'],
  ])('401 — bearer token is %s', async (_what, authorization) => {
    const answer = await fetch(`${stack.info.gateway}/api/comms/templates?eventId=${eventId}`, {
      headers: { ...(authorization && { authorization }) },
    });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('Bearer'),
    ]);
  });

  it('403 — trust_required: sender verification (KYC) has not been completed', async () => {
    const newcomer = await Integrator.login(stack.info, await operator.user('--comms'));
    const { status, body } = await newcomer.call<Problem>('POST', '/api/comms/send', {
      attendeeId: randomUUID(),
      templateId,
    });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'trust_required' });
  });

  it.each<[string, string, () => object]>([
    ['eventId', '/api/guest', () => ({ eventId: randomUUID() })],
    [
      'templateId',
      '/api/guest',
      () => ({ eventId, email: 'ada@example.com', commsTemplateId: randomUUID() }),
    ],
    ['attendeeId', '/api/comms/send', () => ({ attendeeId: randomUUID(), templateId })],
  ])('404 — %s not found', async (_what, address, body) => {
    const answer = await api.call<Problem>('POST', address, body());
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 404, code: 'not_found' });
  });

  it('404 — webhook not found', async () => {
    const newcomer = await Integrator.login(stack.info, await operator.sender());
    expect((await newcomer.call('GET', '/api/comms/webhook')).status).toBe(404);
  });
});

describe('Rate limits', () => {
  const policyOf = async (method: string, address: string, body: object): Promise<string | null> =>
    (await api.call(method, address, body)).headers.get('ratelimit-policy');

  it('/api/guest → 500/min', async () => {
    expect(await policyOf('POST', '/api/guest', { eventId })).toMatch(/q=500;w=60/);
  });

  it('/api/comms/send → 300/min', async () => {
    expect(await policyOf('POST', '/api/comms/send', { attendeeId: randomUUID(), templateId })).toMatch(
      /q=300;w=60/,
    );
  });

  it('Bulk → 200 per request', async () => {
    const guests = (count: number): object[] =>
      Array.from({ length: count }, (_, index) => ({ firstName: `Guest ${index}` }));
    const { status, body } = await api.call<{ status: string }[]>(
      'POST',
      `/api/guests/${eventId}`,
      guests(200),
    );
    expect({ status, created: body.filter((one) => one.status === 'created').length }).toEqual({
      status: 200,
      created: 200,
    });
    expect((await api.call('POST', `/api/guests/${eventId}`, guests(201))).status).toBe(400);
  });
});

describe('Versioning', () => {
  it('ignore unknown fields: the API does so too', async () => {
    const { status } = await api.createGuest({ eventId, somethingNew: { deep: true } });
    expect(status).toBe(200);
  });
});
