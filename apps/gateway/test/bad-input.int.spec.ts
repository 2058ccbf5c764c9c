import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  eventId = await gateway.event(user);
  templateId = gateway.fakes.template(user.accountId, eventId).id;
});
afterAll(() => gateway.stop());

/** What requests have left behind, all in all. */
const traces = async (): Promise<number> =>
  (await gateway.count('guests')) + (await gateway.count('events')) + (await gateway.published());

let stored: number;
beforeEach(async () => {
  stored = await traces();
});

/** Every refusal leaves the tables as they were. */
async function expectRefusal(
  answer: Answer,
  status: number,
  code: string,
  ...paths: string[]
): Promise<void> {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status, instance: answer.headers.get('x-request-id') });
  if (paths.length > 0)
    expect((answer.body.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual(paths.sort());
  expect(await traces()).toBe(stored);
}

const post = (path: string, body: unknown): Promise<Answer> =>
  gateway.call('POST', path, { token: user.token, body });
const postRaw = (path: string, raw: string, type = 'application/json'): Promise<Answer> =>
  gateway.call('POST', path, { token: user.token, raw, headers: { 'Content-Type': type } });

const guest = (values: object = {}): object => ({
  eventId,
  email: 'ada@example.com',
  commsTemplateId: templateId,
  ...values,
});
const event = (values: object = {}): object => ({
  title: 'Gala',
  startTime: '2036-06-21T19:30',
  endTime: '2036-06-21T23:00',
  timeZoneId: 'Europe/London',
  ...values,
});

describe('bodies', () => {
  it.each([
    ['cut off JSON', '{"eventId":'],
    ['text that is no JSON', 'hello'],
    ['single quotes', "{'eventId':'1'}"],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a string', '"eventId"'],
    ['a number', '5'],
    ['nothing', ''],
    ['deep nesting', `{"eventId":"${randomUUID()}","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('refuses %s', async (_what, raw) => {
    await expectRefusal(await postRaw('/api/guest', raw), 400, 'validation_error', '/');
  });

  it('refuses 5 MB', async () => {
    const answer = await post('/api/guest', guest({ additionalInfo: 'x'.repeat(5_000_000) }));
    await expectRefusal(answer, 413, 'payload_too_large');
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'nonsense',
  ])('refuses %s', async (type) => {
    const raw = JSON.stringify(guest());
    await expectRefusal(await postRaw('/api/guest', raw, type), 415, 'unsupported_media_type');
  });

  it('ignores fields it does not know, and accepts ids in any letter case', async () => {
    const id = randomUUID();
    const answer = await post('/api/guest', {
      id: id.toUpperCase(),
      eventId: eventId.toUpperCase(),
      firstName: null,
      colour: { any: ['thing', 1, null] },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, eventId, firstName: '' });
    expect(answer.body).not.toHaveProperty('colour');
  });
});

describe('POST /api/guest', () => {
  it.each<[string, object, string[]]>([
    ['no event', { eventId: undefined }, ['/eventId']],
    ['a malformed event id', { eventId: '123' }, ['/eventId']],
    ['an event id as a URN', { eventId: `urn:uuid:${randomUUID()}` }, ['/eventId']],
    ['a malformed id', { id: `${randomUUID()}0` }, ['/id']],
    ['numbers for texts', { firstName: 1, lastName: 2 }, ['/firstName', '/lastName']],
    ['a text for a number', { plusOnes: '3' }, ['/plusOnes']],
    ['a fraction', { plusOnes: 1.5 }, ['/plusOnes']],
    ['a negative number', { plusOnes: -1 }, ['/plusOnes']],
    ['a number beyond an int', { plusOnes: 1e300 }, ['/plusOnes']],
    ['no e-mail with a template', { email: undefined }, ['/email']],
    ['an e-mail that is none', { email: 'ada' }, ['/email']],
    ['an e-mail with a line break', { email: 'ada@example.com\r\nBcc: x@example.com' }, ['/email']],
    ['an e-mail with a display name', { email: 'Ada <ada@example.com>' }, ['/email']],
    ['two e-mails', { email: 'a@example.com,b@example.com' }, ['/email']],
    ['an e-mail of 300 characters', { email: `${'a'.repeat(290)}@example.com` }, ['/email']],
    ['a name of 201 characters', { firstName: 'é'.repeat(201) }, ['/firstName']],
    ['an object for a text', { firstName: { $ne: '' } }, ['/firstName']],
    ['an array for a text', { firstName: ['a'] }, ['/firstName']],
    ['a barcode with a space', { barcode: 'AB CD' }, ['/barcode']],
    ['an empty barcode', { barcode: '' }, ['/barcode']],
    ['a correlation id with a line break', { correlationId: 'a\nb' }, ['/correlationId']],
    ['a day that does not exist', { validFrom: '2026-02-30T10:00:00Z' }, ['/validFrom']],
    ['a time without offset', { validFrom: '2026-02-20T10:00:00' }, ['/validFrom']],
    ['a leap second', { validFrom: '2016-12-31T23:59:60Z' }, ['/validFrom']],
    ['a year beyond what is stored', { validTo: '9999-12-31T23:59:59-12:00' }, ['/validTo']],
    [
      'an end before the start',
      { validFrom: '2026-02-02T00:00:00Z', validTo: '2026-02-01T00:00:00Z' },
      ['/validTo'],
    ],
    ['custom fields as a list', { customFields: [] }, ['/customFields']],
    ['a number in a custom field', { customFields: { 1: 5 } }, ['/customFields/1']],
    ['a null in a custom field', { customFields: { 1: null } }, ['/customFields/1']],
    ['a custom field name with a slash', { customFields: { 'a/b': 'x' } }, ['/customFields']],
    ['a malformed template id', { commsTemplateId: 'x' }, ['/commsTemplateId']],
    ['a NUL', { firstName: 'A\0' }, ['/firstName']],
    ['a NUL in a custom field', { customFields: { 1: '\0' } }, ['/customFields/1']],
    ['a NUL in a field nobody knows', { colour: ['red', '\0'] }, ['/colour/1']],
    ['a lone surrogate', { lastName: '\ud800' }, ['/lastName']],
    ['a lone surrogate in a name', { 'colour\udc00': 1 }, ['/colour\ufffd']],
    [
      'several mistakes at once',
      { email: 5, plusOnes: 'x', firstName: '\0' },
      ['/email', '/firstName', '/plusOnes'],
    ],
  ])('refuses %s', async (_what, values, paths) => {
    await expectRefusal(await post('/api/guest', guest(values)), 400, 'validation_error', ...paths);
  });

  it('names at most fifty places', async () => {
    const customFields = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [index, 1]));
    const { body } = await post('/api/guest', guest({ customFields }));
    expect(body.errors).toHaveLength(50);
  });

  it('stores every script, emoji and control character that is text', async () => {
    const firstName = 'עדה أدا 👩🏽‍💻 e\u0301 \u202E "quoted" {a,b} \\ \u0001';
    const { status, body } = await post('/api/guest', guest({ firstName, customFields: { 1: firstName } }));
    expect(status).toBe(200);
    const { body: read } = await gateway.call('GET', `/api/guest/${String(body.id)}`, { token: user.token });
    expect(read).toEqual(body);
    expect(read).toMatchObject({ firstName, customFields: { 1: firstName } });
  });
});

describe('POST /api/event', () => {
  it.each<[string, object, string[]]>([
    [
      'nothing',
      { title: undefined, startTime: undefined, endTime: undefined, timeZoneId: undefined },
      ['/title', '/startTime', '/endTime', '/timeZoneId'],
    ],
    ['an empty title', { title: '' }, ['/title']],
    ['a time with offset', { startTime: '2036-06-21T19:30Z' }, ['/startTime']],
    ['a date alone', { startTime: '2036-06-21' }, ['/startTime']],
    ['a day that does not exist', { startTime: '2037-02-29T19:30' }, ['/startTime']],
    ['an hour that does not exist', { endTime: '2036-06-21T24:00' }, ['/endTime']],
    ['the year 0', { startTime: '0000-01-01T00:00' }, ['/startTime']],
    ['an end before the start', { endTime: '2036-06-21T19:29' }, ['/endTime']],
    [
      'an end a second before the start',
      { startTime: '2036-06-21T19:30:01', endTime: '2036-06-21T19:30' },
      ['/endTime'],
    ],
    ['an unknown zone', { timeZoneId: 'Europe/Atlantis' }, ['/timeZoneId']],
    ['an offset as the zone', { timeZoneId: '+01:00' }, ['/timeZoneId']],
    ['a Windows zone', { timeZoneId: 'GMT Standard Time' }, ['/timeZoneId']],
  ])('refuses %s', async (_what, values, paths) => {
    await expectRefusal(await post('/api/event', event(values)), 400, 'validation_error', ...paths);
  });
});

describe('comms routes', () => {
  const template = (values: object = {}): object => ({
    eventId,
    name: 'Ticket',
    subject: 'Hi',
    html: '<p>Hi</p>',
    fromAddress: 'tickets@example.com',
    ...values,
  });

  it.each<[string, object, string[]]>([
    ['a subject with a line break', { subject: 'Hi\r\nBcc: x@example.com' }, ['/subject']],
    ['a sender name with a line break', { fromName: 'A\nB' }, ['/fromName']],
    ['a sender with a line break', { fromAddress: 'a@example.com\n' }, ['/fromAddress']],
    ['a reply address that is none', { replyTo: 'nobody' }, ['/replyTo']],
    ['a name with a line break', { name: 'a\rb' }, ['/name']],
    ['no HTML', { html: undefined }, ['/html']],
    ['empty HTML', { html: '' }, ['/html']],
    ['too many characters of HTML', { html: 'x'.repeat(524_289) }, ['/html']],
    ['too many bytes of HTML', { html: '€'.repeat(301_000) }, ['/html']],
  ])('a template with %s is refused', async (_what, values, paths) => {
    await expectRefusal(
      await post('/api/comms/template', template(values)),
      400,
      'validation_error',
      ...paths,
    );
  });

  it.each([
    'nonsense',
    '//example.com',
    'ftp://example.com',
    'javascript:alert(1)',
    'https://u:p@example.com/',
    5,
  ])('the webhook URL %s is refused', async (url) => {
    await expectRefusal(await post('/api/comms/webhook', { url }), 400, 'validation_error', '/url');
  });

  it('a send needs two ids', async () => {
    const answer = await post('/api/comms/send', { attendeeId: 5 });
    await expectRefusal(answer, 400, 'validation_error', '/attendeeId', '/templateId');
  });

  it.each([
    ['GET', '/api/comms/templates', '/eventId'],
    ['GET', '/api/comms/templates?eventId=123', '/eventId'],
    ['GET', `/api/comms/templates?eventId=${randomUUID()}&eventId=${randomUUID()}`, '/eventId'],
    ['GET', '/api/guest/123', '/id'],
    ['GET', '/api/guest/%00', '/id'],
    ['GET', "/api/comms/send/'; DROP TABLE guests", '/id'],
  ])('%s %s names the parameter', async (method, path, name) => {
    await expectRefusal(
      await gateway.call(method, path, { token: user.token }),
      400,
      'validation_error',
      name,
    );
  });
});

describe('addresses', () => {
  it.each([
    ['GET', '/', 404],
    ['GET', '/api', 404],
    ['GET', '/api/guest/', 404],
    ['GET', '/api/nothing?x=1', 404],
    ['POST', '/comms/v1/api/guest', 404],
    ['GET', '/api/guest/%zz', 400],
    ['GET', `/api/guest/${'a'.repeat(300)}`, 400],
  ])('%s %s answers %i', async (method, path, status) => {
    const answer = await gateway.call(method, path, { token: user.token });
    await expectRefusal(answer, status, status === 404 ? 'not_found' : 'validation_error');
  });

  it.each([
    ['GET', '/api/guest', 'OPTIONS, POST'],
    ['DELETE', '/api/event?x=1', 'OPTIONS, POST'],
    ['PUT', '/comms/v1/api/comms/webhook', 'GET, HEAD, OPTIONS, POST'],
    ['PATCH', '/comms/v1/api/comms/webhooks', 'DELETE, GET, HEAD, OPTIONS, POST'],
    ['PATCH', `/checkin/v1/api/guest/${randomUUID()}`, 'GET, HEAD, OPTIONS'],
  ])('%s %s answers 405 and what is allowed', async (method, path, allow) => {
    const answer = await gateway.call(method, path, { token: user.token });
    await expectRefusal(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('takes over a harmless request id and no other', async () => {
    const ids = ['order-1', 'a b', 'x'.repeat(200)];
    const answers = await Promise.all(
      ids.map((id) => gateway.call('GET', '/nothing', { headers: { 'X-Request-Id': id } })),
    );
    expect(answers.map(({ body }) => body.instance === 'order-1')).toEqual([true, false, false]);
  });
});
