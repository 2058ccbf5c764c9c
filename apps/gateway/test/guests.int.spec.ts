import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { SendRequestedV1 } from '@qflow/contracts';
import { OutboxRelay } from '@qflow/persistence';
import { eventually } from '@qflow/testing';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  eventId = await gateway.event(user);
  templateId = gateway.fakes.template(user.accountId, eventId, { version: 3 }).id;
});
afterAll(() => gateway.stop());

const create = (body: object, { token }: TestUser = user): Promise<Answer> =>
  gateway.call('POST', '/api/guest', { token, body });

const withSend = (values: object = {}): object => ({
  eventId,
  firstName: 'Ada',
  email: 'ada@example.com',
  commsTemplateId: templateId,
  ...values,
});

/** The send requests of one guest on the stream, once the outbox has let go of everything. */
async function sendsOf(attendeeId: unknown): Promise<SendRequestedV1[]> {
  await eventually(async () => (await gateway.count('outbox')) === 0);
  const sends = await gateway.platform.messages.inStream<SendRequestedV1>('SENDS');
  return sends.filter((send) => send.attendeeId === attendeeId);
}

/** A refusal that left nothing behind. */
async function expectNothing(request: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  const before = (await gateway.count('guests')) + (await gateway.published());
  const answer = await request();
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect((await gateway.count('guests')) + (await gateway.published())).toBe(before);
  return answer;
}

describe('a guest without an e-mail', () => {
  it('is stored and read back with every field', async () => {
    const id = randomUUID();
    const fields = {
      id,
      eventId,
      firstName: 'Ada',
      otherNames: 'King',
      lastName: 'Lovelace',
      email: 'Ada@Example.com',
      plusOnes: 2,
      additionalInfo: 'Vegan\nNo nuts',
      barcode: 'OWN-CODE-1',
      tags: '{tickettype}VIP,{session}Day 1,speaker',
      customFields: { 1: 'Table 7' },
      correlationId: 'order-1',
    };
    const { status, body } = await create({
      ...fields,
      validFrom: '2036-06-21T19:00:00+02:00',
      validTo: '2036-06-22T00:00:00.5Z',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...fields,
      validFrom: '2036-06-21T17:00:00.000Z',
      validTo: '2036-06-22T00:00:00.500Z',
      commsTemplateId: null,
      attendeeInvitationId: null,
      rsvp: null,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated: body.created,
    });
    expect((await gateway.call('GET', `/api/guest/${id}`, { token: user.token })).body).toEqual(body);
    expect(await sendsOf(id)).toEqual([]);
  });

  it('needs neither the Comms API nor trust', async () => {
    const plain = await gateway.user({ comms: false, trust: 'unverified' });
    const { status, body } = await create({ eventId: await gateway.event(plain) }, plain);
    expect(status).toBe(200);
    expect(body).toMatchObject({ firstName: '', email: null, plusOnes: 0, customFields: {} });
    expect(body.barcode).toMatch(/^[A-Z0-9]{16}$/);
  });

  it('answers under the check-in prefix as well', async () => {
    const { token } = user;
    const { body } = await gateway.call('POST', '/checkin/v1/api/guest', { token, body: { eventId } });
    const read = await gateway.call('GET', `/checkin/v1/api/guest/${String(body.id)}`, { token });
    expect(read.body).toEqual(body);
  });
});

describe('a guest with a template', () => {
  it('asks the sender for one e-mail, with everything it needs', async () => {
    const { status, body } = await create(withSend({ correlationId: 'order-2', tags: 'vip' }));
    expect(status).toBe(200);
    const [send, ...others] = await sendsOf(body.id);
    expect(others).toEqual([]);
    expect(send).toEqual({
      kind: 'send.requested',
      version: 1,
      sendId: body.attendeeInvitationId,
      accountId: user.accountId,
      eventId,
      attendeeId: body.id,
      templateId,
      templateVersion: 3,
      correlationId: 'order-2',
      requestedAt: body.created,
      merge: {
        guest: {
          firstName: 'Ada',
          otherNames: '',
          lastName: '',
          email: 'ada@example.com',
          barcode: body.barcode,
          plusOnes: 0,
          additionalInfo: '',
          tags: 'vip',
          customFields: {},
        },
        event: {
          title: 'Summer Gala',
          startTime: '2036-06-21T19:30:00',
          endTime: '2036-06-21T23:00:00',
          timeZoneId: 'Europe/London',
          companyName: 'Analytical Events',
        },
        links: {
          barcodeQrUrl: expect.stringMatching(/^https:\/\/comms\.example\.com\/qr\/[\w-]+\.png$/),
          rsvpYesUrl: expect.stringMatching(/^https:\/\/comms\.example\.com\/rsvp\/[\w-]+$/),
          rsvpNoUrl: expect.stringMatching(/^https:\/\/comms\.example\.com\/rsvp\/[\w-]+$/),
          unsubscribeUrl: expect.stringMatching(/^https:\/\/comms\.example\.com\/unsubscribe\/[\w-]{64}$/),
        },
      },
    });
  });

  it('takes the ids of its request along, for the logs of whoever handles it', async () => {
    const relay = gateway.get(OutboxRelay);
    const publish = jest.spyOn(relay, 'publish');
    await gateway.call('POST', '/api/guest', {
      token: user.token,
      body: withSend({ correlationId: 'Bestellung №5' }),
      headers: { 'X-Request-Id': 'request-7' },
    });
    expect(publish.mock.calls[0]?.[0][0]?.headers).toEqual({
      'Qflow-Request-Id': 'request-7',
      'Qflow-Correlation-Id': encodeURIComponent('Bestellung №5'),
    });
    publish.mockRestore();
  });

  it('is one guest and one e-mail when twenty identical requests race', async () => {
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(withSend({ id }))));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await sendsOf(id)).toHaveLength(1);
  });

  it('is one guest and one e-mail beside others who are known, or have a barcode that is not theirs', async () => {
    const known = await create(withSend({ id: randomUUID(), barcode: 'KNOWN' }));
    const fresh = Array.from({ length: 8 }, () => randomUUID());
    const [again, refused, ...created] = await Promise.all([
      create(withSend({ id: known.body.id, firstName: 'Grace' })),
      create(withSend({ id: randomUUID(), barcode: 'KNOWN' })),
      ...fresh.map((id) => create(withSend({ id }))),
    ]);
    expect(again?.text).toBe(known.text);
    expect(refused?.status).toBe(400);
    expect(created.map(({ status, body }) => [status, body.id])).toEqual(fresh.map((id) => [200, id]));
    for (const id of [known.body.id, ...fresh]) expect(await sendsOf(id)).toHaveLength(1);
  });

  it('is one guest and one e-mail when its messages are too large for one row of the outbox', async () => {
    const customFields = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`f${index}`, 'x'.repeat(2_000)]),
    );
    const answers = await Promise.all(Array.from({ length: 12 }, () => create(withSend({ customFields }))));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    for (const { body } of answers) expect(await sendsOf(body.id)).toHaveLength(1);
  });

  it('is one guest and one e-mail when two replicas race', async () => {
    const other = await startGateway(gateway.config);
    try {
      const ids = Array.from({ length: 30 }, () => randomUUID());
      const post = async (url: string, id: string): Promise<string> => {
        const response = await fetch(`${url}/api/guest`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${user.token}`, 'Content-Type': 'application/json' },
          body: JSON.stringify(withSend({ id })),
        });
        return response.text();
      };
      const pairs = ids.flatMap((id) => [gateway.service.url, other.url].map((url) => post(url, id)));
      const texts = await Promise.all(pairs);
      expect(new Set(texts).size).toBe(ids.length);
      for (const id of ids) expect(await sendsOf(id)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('is published after a crash between commit and publish', async () => {
    const relay = gateway.get(OutboxRelay);
    const died = jest.spyOn(relay, 'publish').mockReturnValue(undefined);
    const { status, body } = await create(withSend());
    died.mockRestore();
    expect(status).toBe(200);
    expect(await gateway.count('outbox')).toBe(1);
    // The sweep leaves fresh entries to the process that wrote them.
    await gateway.sql(`UPDATE outbox SET created_at = now() - interval '1 minute'`);
    const successor = await startGateway(gateway.config);
    try {
      expect(await sendsOf(body.id)).toHaveLength(1);
    } finally {
      await successor.close();
    }
  });
});

describe('the same id again', () => {
  it('answers the existing guest as it is, whatever else the request says', async () => {
    const id = randomUUID();
    const first = await create(withSend({ id }));
    const again = await create({ id, eventId, firstName: 'Grace', email: 'grace@example.com' });
    expect(again.text).toBe(first.text);
  });

  it('answers it even where the request would be refused by now', async () => {
    const doomed = await gateway.user();
    const id = randomUUID();
    const doomedEvent = await gateway.event(doomed);
    const template = gateway.fakes.template(doomed.accountId, doomedEvent);
    const body = { id, eventId: doomedEvent, email: 'a@example.com', commsTemplateId: template.id };
    const first = await create(body, doomed);
    expect(first.status).toBe(200);
    const elsewhere = await create({ ...body, eventId: randomUUID(), commsTemplateId: randomUUID() }, doomed);
    expect(elsewhere.text).toBe(first.text);
    expect(await sendsOf(id)).toHaveLength(1);
  });

  it('is another guest in another account', async () => {
    const id = randomUUID();
    const stranger = await gateway.user();
    await create({ id, eventId, firstName: 'Ada' });
    const { body } = await create({ id, eventId: await gateway.event(stranger), firstName: 'Eve' }, stranger);
    expect(body).toMatchObject({ id, firstName: 'Eve' });
  });
});

describe('barcodes', () => {
  it('are unique in the event', async () => {
    await create({ eventId, barcode: 'TAKEN' });
    const answer = await expectNothing(() => create(withSend({ barcode: 'TAKEN' })), 400, 'validation_error');
    expect(answer.body.errors).toEqual([
      { path: '/barcode', message: 'belongs to another guest of this event' },
    ]);
    expect((await create({ eventId: await gateway.event(user), barcode: 'TAKEN' })).status).toBe(200);
  });

  it('given to two guests at once go to one of them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create({ eventId, barcode: 'RACED' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(400)]);
  });
});

describe('refusals', () => {
  it('an event that is unknown or of another account, in the same words', async () => {
    const stranger = await gateway.user();
    const foreign = await gateway.event(stranger);
    const unknown = await expectNothing(() => create(withSend({ eventId: randomUUID() })), 404, 'not_found');
    const theirs = await expectNothing(() => create(withSend({ eventId: foreign })), 404, 'not_found');
    expect({ ...theirs.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
  });

  it('a template that is unknown or of another account, in the same words', async () => {
    const stranger = await gateway.user();
    const foreign = gateway.fakes.template(stranger.accountId, eventId).id;
    const ask = (id: string) =>
      expectNothing(() => create(withSend({ commsTemplateId: id })), 404, 'not_found');
    const [unknown, theirs] = [await ask(randomUUID()), await ask(foreign)];
    expect({ ...theirs.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
  });

  it('a template of another event', async () => {
    const other = gateway.fakes.template(user.accountId, await gateway.event(user));
    await expectNothing(
      () => create(withSend({ commsTemplateId: other.id })),
      422,
      'template_event_mismatch',
    );
  });

  it.each([
    [{ comms: false }, 'comms_api_not_enabled'],
    [{ trust: 'pending' as const }, 'trust_required'],
    [{ comms: false, trust: 'unverified' as const }, 'comms_api_not_enabled'],
  ])('an account with %j', async (values, code) => {
    const account = await gateway.user(values);
    const own = await gateway.event(account);
    const template = gateway.fakes.template(account.accountId, own);
    const body = { eventId: own, email: 'a@example.com', commsTemplateId: template.id };
    await expectNothing(() => create(body, account), 403, code);
  });

  it('rights of the enterprise count for its members', async () => {
    const member = await gateway.user({ pin: 'granted', comms: false, trust: 'unverified' });
    await gateway.sql(
      `UPDATE enterprises SET comms_enabled = true, trust = 'verified' WHERE pin = 'granted'`,
    );
    const own = await gateway.event(member);
    const template = gateway.fakes.template(member.accountId, own);
    const body = { eventId: own, email: 'a@example.com', commsTemplateId: template.id };
    expect((await create(body, member)).status).toBe(200);
  });

  it('a guest of another account cannot be read', async () => {
    const { body } = await create({ eventId });
    const stranger = await gateway.user();
    const read = (id: unknown) => gateway.call('GET', `/api/guest/${String(id)}`, { token: stranger.token });
    const [theirs, unknown] = [await read(body.id), await read(randomUUID())];
    expect(theirs.status).toBe(404);
    expect({ ...theirs.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
  });

  it('more e-mails than can be handed over', async () => {
    const lag = jest.spyOn(gateway.get(OutboxRelay), 'lag', 'get').mockReturnValue(20_000);
    const answer = await expectNothing(() => create(withSend()), 503, 'unavailable');
    expect(answer.headers.get('retry-after')).toBe('5');
    lag.mockRestore();
  });
});

describe('template heads', () => {
  it('are remembered, and forgotten when the template changes', async () => {
    const template = gateway.fakes.template(user.accountId, eventId);
    const body = withSend({ commsTemplateId: template.id });
    await create(body);
    const asked = gateway.fakes.headsAsked;
    await create(body);
    expect(gateway.fakes.headsAsked).toBe(asked);
    gateway.fakes.template(user.accountId, eventId, { id: template.id, version: 2 });
    gateway.platform.messages.connection.publish(
      'comms.change.template',
      JSON.stringify({ accountId: user.accountId, templateId: template.id }),
    );
    const version = await eventually(async () => {
      const { body: guest } = await create(body);
      const [row] = await gateway.sql<{ template_version: number }>(
        'SELECT template_version FROM guests WHERE id = $1',
        [guest.id],
      );
      return row?.template_version === 2 && row.template_version;
    });
    expect(version).toBe(2);
  });
});
