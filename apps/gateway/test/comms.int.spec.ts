import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CodedError, type SendView } from '@qflow/contracts';
import { eventually } from '@qflow/testing';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
let eventId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  eventId = await gateway.event(user);
});
afterAll(() => gateway.stop());

const post = (path: string, body?: object, { token }: TestUser = user): Promise<Answer> =>
  gateway.call('POST', path, { token, ...(body && { body }) });
const get = (path: string, { token }: TestUser = user): Promise<Answer> =>
  gateway.call('GET', path, { token });

const guest = async (values: object = {}): Promise<Answer['body']> =>
  (await post('/api/guest', { eventId, email: 'ada@example.com', ...values })).body;

describe('access', () => {
  const routes: [string, string][] = [
    ['GET', `/api/comms/templates?eventId=${randomUUID()}`],
    ['POST', '/api/comms/template'],
    ['POST', '/api/comms/send'],
    ['GET', `/api/comms/send/${randomUUID()}`],
    ['POST', '/api/comms/webhook'],
    ['GET', '/api/comms/webhook'],
    ['POST', '/api/comms/webhook/rotate'],
    ['POST', '/api/comms/webhook/test'],
    ['POST', '/api/comms/webhook/delete'],
    ['GET', '/comms/v1/api/comms/webhook'],
  ];

  it.each(routes)('%s %s needs the Comms API', async (method, path) => {
    const { token } = await gateway.user({ comms: false });
    const { status, body } = await gateway.call(method, path, { token });
    expect([status, body.code]).toEqual([403, 'comms_api_not_enabled']);
  });

  it('sending needs trust, templates do not', async () => {
    const pending = await gateway.user({ trust: 'pending' });
    const { status, body } = await post('/api/comms/send', {}, pending);
    expect([status, body.code]).toEqual([403, 'trust_required']);
    expect((await get(`/api/comms/templates?eventId=${await gateway.event(pending)}`, pending)).status).toBe(
      200,
    );
  });

  it('granted and revoked rights take effect without a new token', async () => {
    const account = await gateway.user({ comms: false });
    expect((await get('/api/comms/webhook', account)).status).toBe(403);
    await gateway.sql('UPDATE accounts SET comms_enabled = true WHERE id = $1', [account.accountId]);
    const status = await eventually(async () => {
      const answer = await get('/api/comms/webhook', account);
      return answer.status !== 403 && answer.status;
    });
    expect(status).toBe(404);
  });
});

describe('templates', () => {
  const template = () => ({
    eventId,
    name: 'Ticket confirmation v1',
    subject: 'Your ticket for {{event}}',
    html: '<p>Hello {{firstname}}</p>',
    fromAddress: 'tickets@example.com',
    fromName: 'Tickets',
  });

  it('are saved and listed', async () => {
    const id = randomUUID();
    const saved = await post('/api/comms/template', { id: id.toUpperCase(), ...template() });
    expect(saved.status).toBe(200);
    expect(saved.body).toMatchObject({ id, ...template(), replyTo: null, version: 1, warnings: [] });
    const { warnings: _, ...view } = saved.body;
    const listed = await get(`/comms/v1/api/comms/templates?eventId=${eventId.toUpperCase()}`);
    expect(JSON.parse(listed.text)).toEqual([view]);
    const second = await post('/api/comms/template', template());
    const both = JSON.parse((await get(`/api/comms/templates?eventId=${eventId}`)).text) as { id: string }[];
    expect(both.map((one) => one.id)).toEqual([id, second.body.id]);
  });

  it('belong to an event of the account', async () => {
    const stranger = await gateway.user();
    const theirs = await gateway.event(stranger);
    for (const other of [theirs, randomUUID()]) {
      expect((await post('/api/comms/template', { ...template(), eventId: other })).status).toBe(404);
      expect((await get(`/api/comms/templates?eventId=${other}`)).status).toBe(404);
    }
    expect([...gateway.fakes.templates.values()].every((one) => one.eventId === eventId)).toBe(true);
  });
});

describe('POST /api/comms/send', () => {
  it('hands the sender all it needs, and tells of the send that created the guest', async () => {
    const { id: templateId } = gateway.fakes.template(user.accountId, eventId, { version: 4 });
    const attendee = await guest({ firstName: 'Ada', commsTemplateId: templateId });
    const id = randomUUID();
    const { status, body } = await post('/api/comms/send', {
      id,
      attendeeId: attendee.id,
      templateId,
      correlationId: 'resend-1',
    });
    expect(status).toBe(200);
    expect(body).toEqual({ attendeeInvitationId: expect.any(String), status: 'queued' });
    expect(gateway.fakes.requested.at(-1)).toMatchObject({
      accountId: user.accountId,
      requestId: id,
      requestedAt: expect.any(String),
      eventId,
      attendeeId: attendee.id,
      templateId,
      templateVersion: 4,
      correlationId: 'resend-1',
      guestSend: { sendId: attendee.attendeeInvitationId, templateId },
      merge: { guest: { firstName: 'Ada', barcode: attendee.barcode }, event: { title: 'Summer Gala' } },
    });
  });

  it('has no such send to tell of where the guest came without one', async () => {
    const { id: templateId } = gateway.fakes.template(user.accountId, eventId);
    const attendee = await guest();
    await post('/api/comms/send', { attendeeId: attendee.id, templateId });
    expect(gateway.fakes.requested.at(-1)).toMatchObject({
      requestId: null,
      correlationId: null,
      guestSend: null,
    });
  });

  it('refuses what is not there, does not fit or has no address', async () => {
    const stranger = await gateway.user();
    const { id: templateId } = gateway.fakes.template(user.accountId, eventId);
    const theirs = gateway.fakes.template(stranger.accountId, eventId).id;
    const elsewhere = gateway.fakes.template(user.accountId, await gateway.event(user)).id;
    const attendee = await guest();
    const silent = await guest({ email: null });
    const asked = gateway.fakes.requested.length;
    const ask = async (attendeeId: unknown, template: string, by: TestUser = user): Promise<unknown[]> => {
      const { status, body } = await post('/api/comms/send', { attendeeId, templateId: template }, by);
      return [status, body.code];
    };
    expect(await ask(randomUUID(), templateId)).toEqual([404, 'not_found']);
    expect(await ask(attendee.id, randomUUID())).toEqual([404, 'not_found']);
    expect(await ask(attendee.id, theirs)).toEqual([404, 'not_found']);
    expect(await ask(attendee.id, theirs, stranger)).toEqual([404, 'not_found']);
    expect(await ask(attendee.id, elsewhere)).toEqual([422, 'template_event_mismatch']);
    expect(await ask(silent.id, templateId)).toEqual([400, 'validation_error']);
    expect(gateway.fakes.requested).toHaveLength(asked);
  });

  it('passes on what the sender refuses, with the send that stands in the way', async () => {
    const { id: templateId } = gateway.fakes.template(user.accountId, eventId);
    const attendee = await guest();
    const previous = {
      attendeeInvitationId: randomUUID(),
      status: 'bounced',
      at: '2026-04-29T10:23:00.000Z',
    };
    gateway.fakes.refuseSend = new CodedError('previous_send_permanently_failed', 'It bounced.', {
      previous,
    });
    const { status, body } = await post('/api/comms/send', { attendeeId: attendee.id, templateId });
    gateway.fakes.refuseSend = undefined;
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'previous_send_permanently_failed', detail: 'It bounced.', previous });
  });
});

describe('GET /api/comms/send/{id}', () => {
  const send = (id: string, accountId: string): SendView & { accountId: string } => ({
    accountId,
    attendeeInvitationId: id,
    attendeeId: randomUUID(),
    templateId: randomUUID(),
    templateVersion: 1,
    eventId,
    correlationId: null,
    status: 'delivered',
    error: null,
    attempts: 1,
    created: '2026-04-29T10:23:00.000Z',
    updated: '2026-04-29T10:23:03.000Z',
    timeline: [
      { at: '2026-04-29T10:23:00.000Z', source: 'send', what: 'queued', detail: null },
      { at: '2026-04-29T10:23:03.000Z', source: 'provider', what: 'delivered', detail: null },
    ],
  });

  it('puts the timelines of sender and webhooks together in order', async () => {
    const id = randomUUID();
    gateway.fakes.sends.set(id, send(id, user.accountId));
    gateway.fakes.deliveries.set(id, [
      { at: '2026-04-29T10:23:02.000Z', source: 'webhook', what: 'comms.sent', detail: '200' },
      { at: '2026-04-29T10:23:04.000Z', source: 'webhook', what: 'comms.delivered', detail: '200' },
    ]);
    const { status, body } = await get(`/api/comms/send/${id}`);
    expect(status).toBe(200);
    const timeline = body.timeline as { what: string }[];
    expect(timeline.map(({ what }) => what)).toEqual([
      'queued',
      'comms.sent',
      'delivered',
      'comms.delivered',
    ]);
    expect(body).not.toHaveProperty('accountId');
  });

  it('knows a send that the sender has not read yet', async () => {
    const { id: templateId } = gateway.fakes.template(user.accountId, eventId, { version: 2 });
    const attendee = await guest({ commsTemplateId: templateId, correlationId: 'order-9' });
    const { status, body } = await get(`/api/comms/send/${String(attendee.attendeeInvitationId)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      attendeeId: attendee.id,
      templateVersion: 2,
      correlationId: 'order-9',
      status: 'queued',
      attempts: 0,
      timeline: [{ source: 'send', what: 'queued' }],
    });
    const stranger = await gateway.user();
    expect((await get(`/api/comms/send/${String(attendee.attendeeInvitationId)}`, stranger)).status).toBe(
      404,
    );
  });

  it('knows no send of another account', async () => {
    const stranger = await gateway.user();
    const id = randomUUID();
    gateway.fakes.sends.set(id, send(id, stranger.accountId));
    expect((await get(`/api/comms/send/${id}`)).status).toBe(404);
    expect((await get(`/api/comms/send/${id}`, stranger)).status).toBe(200);
  });
});

describe('webhook', () => {
  it('is registered, read, rotated, tested and deleted', async () => {
    const url = 'https://your-app.com/webhooks/qflow';
    const account = await gateway.user();
    expect((await get('/api/comms/webhook', account)).status).toBe(404);
    const secret = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect((await post('/api/comms/webhook', { url }, account)).body).toEqual({ url, secret });
    expect((await get('/api/comms/webhook', account)).body).toEqual({ url });
    expect((await post('/comms/v1/api/comms/webhook/rotate', undefined, account)).body).toEqual({
      url,
      secret,
    });
    expect((await post('/api/comms/webhook/test', undefined, account)).body).toEqual({
      id: expect.any(String),
      delivered: true,
      statusCode: 200,
      durationMs: 12,
      error: null,
      phase: null,
      code: null,
      hint: null,
      request: { url: 'https://example.com/', headers: { 'x-qflow-event': 'comms.test' }, body: '{}' },
      response: { headers: { 'content-type': 'text/plain' }, body: 'ok' },
    });
    expect((await post('/api/comms/webhook/delete', {}, account)).body).toEqual({ deleted: true });
    expect((await get('/api/comms/webhook', account)).status).toBe(404);
  });

  it('takes an empty body where none is needed, even when it is called JSON', async () => {
    const { token } = user;
    const headers = { 'Content-Type': 'application/json' };
    const { status } = await gateway.call('POST', '/api/comms/webhook/rotate', { token, raw: '', headers });
    expect(status).toBe(200);
  });
});
