import { randomUUID } from 'node:crypto';
import { toUSVString } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rawRequest } from './support/raw-http.js';
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

const post = (
  raw: string | Buffer,
  headers: Record<string, string> = {},
  path = '/api/guest',
): Promise<Answer> =>
  gateway.call('POST', path, {
    token: user.token,
    raw,
    headers: { 'Content-Type': 'application/json', ...headers },
  });

/** Everything a request could leave behind, here and at the other services. */
const traces = async (): Promise<number[]> => [
  await gateway.count('guests'),
  await gateway.count('events'),
  await gateway.published(),
  await gateway.count('idempotency_keys'),
  gateway.fakes.templates.size,
  gateway.fakes.requested.length,
];

let before: number[];
beforeEach(async () => {
  before = await traces();
});

async function expectRefusal(
  answer: Answer,
  status: number,
  code: string,
  paths: string[] = [],
): Promise<void> {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body.instance).toBe(answer.headers.get('x-request-id'));
  const errors = (answer.body.errors ?? []) as { path: string }[];
  expect(errors.map(({ path }) => path)).toEqual(paths);
  expect(await traces()).toEqual(before);
}

const guest = (members = ''): string => `{"eventId":"${eventId}"${members}}`;

describe('JSON', () => {
  it.each([
    [`,"eventId":"${randomUUID()}"`, '/eventId'],
    [',"email":"a@example.com","\\u0065mail":"b@example.com"', '/email'],
    [',"customFields":{"1":"a","2":"b","1":"c"}', '/customFields/1'],
    [',"unknown":[{"x":{"y":1,"y":2}}]', '/unknown/0/x/y'],
  ])('with a name twice (%s) is refused', async (members, path) => {
    const answer = await post(guest(members));
    await expectRefusal(answer, 400, 'validation_error', [path]);
    expect(answer.body.detail).toBe(`${path} is given twice.`);
  });

  it.each([
    ['a broken sequence', [0xc3, 0x28]],
    ['a lone continuation', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['Latin-1', [0xe9]],
  ])(
    'that is not UTF-8 (%s) is refused, instead of stored with replacement characters',
    async (_what, bytes) => {
      const [start, end] = guest(',"firstName":"?"').split('?') as [string, string];
      const answer = await post(Buffer.concat([Buffer.from(start), Buffer.from(bytes), Buffer.from(end)]));
      await expectRefusal(answer, 400, 'validation_error', ['/']);
      expect(answer.body.detail).toBe('The body is not valid UTF-8.');
    },
  );

  it.each([
    ['UTF-16', Buffer.from('\uFEFF{"eventId":"x"}', 'utf16le')],
    ['two documents', Buffer.from('{}{}')],
    ['NaN', Buffer.from('{"plusOnes":NaN}')],
    ['a trailing comma', Buffer.from('{"plusOnes":1,}')],
    ['a comment', Buffer.from('{} // hello')],
    ['two byte order marks', Buffer.from('\uFEFF\uFEFF{}')],
  ])('that is none (%s) is refused', async (_what, raw) => {
    await expectRefusal(await post(raw), 400, 'validation_error', ['/']);
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '\uFEFF{"x":{"\\u005f_proto__":1}}',
    '[{"constructor":{"prototype":{}}}]',
  ])('with a name that reaches into prototypes (%s) is refused as that', async (raw) => {
    const answer = await post(raw);
    await expectRefusal(answer, 400, 'validation_error', ['/']);
    expect(answer.body.detail).toBe('The body must not hold the names __proto__ or constructor.prototype.');
  });

  it('may begin with a byte order mark', async () => {
    expect((await post(`\uFEFF${guest()}`)).status).toBe(200);
  });

  it.each(['1e400', '-1e400', '9007199254740993', '1e20', '0.1', '1.5e0', '-1', '"2"', '[2]'])(
    'with %s for a whole number of guests is refused',
    async (number) => {
      await expectRefusal(await post(guest(`,"plusOnes":${number}`)), 400, 'validation_error', ['/plusOnes']);
    },
  );

  it.each(['2.0', '2e0', '-0'])('may write a whole number as %s', async (number) => {
    expect((await post(guest(`,"plusOnes":${number}`))).status).toBe(200);
  });

  it('may hold numbers of any size where nobody reads them', async () => {
    expect((await post(guest(',"unknown":[1e400,123456789012345678901234567890]'))).status).toBe(200);
  });
});

describe('media types', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf8',
    'Application/JSON; odata=verbose',
  ])('%s is JSON', async (type) => {
    expect((await post(guest(), { 'Content-Type': type })).status).toBe(200);
  });

  it.each([
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'application/problem+json',
    'application/vnd.api+json',
    'application/jsonx',
    'text/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json, text/plain',
    'application',
  ])('%s is not', async (type) => {
    await expectRefusal(await post(guest(), { 'Content-Type': type }), 415, 'unsupported_media_type');
  });

  it('a body has one', async () => {
    const head = [
      'POST /api/guest HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${user.token}`,
      `Content-Length: ${guest().length}`,
    ];
    const answer = await rawRequest(gateway.service.url, `${head.join('\r\n')}\r\n\r\n${guest()}`);
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('compressed bodies are refused, with what would do', async () => {
    const answer = await post(gzipSync(guest()), { 'Content-Encoding': 'gzip' });
    await expectRefusal(answer, 415, 'unsupported_media_type');
    expect(answer.headers.get('accept-encoding')).toBe('identity');
    expect(answer.body.detail).toBe('Send the body as it is: Content-Encoding is not supported.');
    expect((await post(guest(), { 'Content-Encoding': 'identity' })).status).toBe(200);
  });
});

describe('lengths', () => {
  it('one byte over the limit is refused, saying the limit; at the limit it is read', async () => {
    const limit = 1024 * 1024;
    const padding = (size: number): string => guest(`,"x":"${'x'.repeat(size - guest(',"x":""').length)}"`);
    expect((await post(padding(limit))).status).toBe(200);
    before = await traces();
    const answer = await post(padding(limit + 1));
    await expectRefusal(answer, 413, 'payload_too_large');
    expect(answer.body.detail).toBe('The request body is larger than the 1024 KB this server accepts.');
  });

  it('in chunks, without a length, the same limit holds', async () => {
    const head = [
      'POST /api/guest HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${user.token}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ];
    const chunk = `20000\r\n${' '.repeat(0x20000)}\r\n`;
    const answer = await rawRequest(gateway.service.url, `${head.join('\r\n')}\r\n\r\n${chunk.repeat(9)}`);
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
  });

  it('200 guests with much to say about each of them fit', async () => {
    const one = {
      firstName: 'Wolfeschlegelsteinhausen',
      lastName: 'Bergerdorff',
      email: `${'a'.repeat(50)}@example.com`,
      additionalInfo: 'Vegan, no nuts. '.repeat(30),
      tags: '{tickettype}VIP,{session}Day 1,{session}Day 2,speaker,press',
      customFields: Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [index, 'Table 7, by the window'.repeat(4)]),
      ),
      correlationId: randomUUID(),
    };
    const body = JSON.stringify(Array.from({ length: 200 }, () => ({ ...one, id: randomUUID() })));
    expect(body.length).toBeGreaterThan(512 * 1024);
    expect((await post(body, {}, `/api/guests/${eventId}`)).status).toBe(200);
  });
});

describe('whatever is sent', () => {
  const paths = ['/api/guest', '/api/event', '/api/comms/template', '/api/comms/send', '/api/comms/webhook'];
  const hostile = fc.constantFrom(
    '\0',
    '\u202Eabc',
    'e\u0301\u0327',
    '👩‍👩‍👧‍👦',
    'a\r\nBcc: x@example.com',
    '{{ "x" | append: y }}{% raw %}',
    '<script>alert(1)</script>',
    "'; DROP TABLE guests; --",
    '\uFFFF',
    ' ',
  );
  const text = fc.oneof(fc.string({ unit: 'binary' }), hostile, fc.string());
  const fields = {
    eventId: fc.oneof(
      fc.constant(() => eventId),
      text,
    ),
    templateId: fc.oneof(
      fc.constant(() => templateId),
      text,
    ),
    commsTemplateId: fc.oneof(
      fc.constant(() => templateId),
      text,
    ),
    attendeeId: fc.oneof(fc.uuid(), text),
    id: fc.oneof(fc.uuid(), text),
    email: fc.oneof(fc.emailAddress(), text),
    fromAddress: fc.oneof(fc.emailAddress(), text),
    url: fc.oneof(fc.webUrl(), text),
    firstName: text,
    subject: text,
    html: text,
    name: text,
    title: text,
    startTime: fc.oneof(fc.constantFrom('2036-06-21T19:30', '2036-02-30T00:00'), text),
    endTime: fc.oneof(fc.constantFrom('2036-06-21T23:00', '9999-12-31T23:59:59'), text),
    timeZoneId: fc.oneof(fc.constantFrom('Europe/London', 'UTC', '+01:00'), text),
    plusOnes: fc.oneof(fc.integer(), fc.double(), text),
    customFields: fc.dictionary(text, text, { maxKeys: 3 }),
    tags: text,
    barcode: text,
    correlationId: text,
  };
  const body = fc.oneof(
    { weight: 3, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    {
      weight: 2,
      arbitrary: fc.record({ ...fields, eventId: fc.constant(() => eventId) }, { requiredKeys: ['eventId'] }),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...Object.keys(fields)), fc.jsonValue()) },
  );
  /** Ids are known only once the tests run. */
  const settled = (value: unknown): string | undefined =>
    JSON.stringify(value, (_name, inner: unknown) =>
      typeof inner === 'function' ? (inner as () => string)() : inner,
    );

  const expectOrder = async (answer: Answer): Promise<void> => {
    expect(answer.status).toBeLessThan(500);
    if (answer.status < 400) before = await traces();
    else await expectRefusal(answer, answer.status, String(answer.body.code), pathsOf(answer));
  };
  const pathsOf = ({ body: { errors = [] } }: Answer): string[] =>
    (errors as { path: string }[]).map(({ path }) => path);

  /** A refusal that can be traced to a field says so; the rest is about the request as a whole. */
  const expectName = (answer: Answer): void => {
    if (answer.body.code === 'validation_error') expect(pathsOf(answer).length).toBeGreaterThan(0);
  };

  it.each(paths)('as JSON, %s stores it or says what is wrong with it', async (path) => {
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const answer = await post(settled(value) ?? '', {}, path);
        await expectOrder(answer);
        expectName(answer);
      }),
      { numRuns: 150 },
    );
  });

  it.each(paths)('as bytes, %s refuses it', async (path) => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      // Valid JSON with one byte changed.
      fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => {
        const valid = Buffer.from('{"firstName":"Ada","customFields":{"1":"é"}}');
        valid[at % valid.length] = byte;
        return valid;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (raw) => {
        const answer = await post(raw, {}, path);
        expect(answer.status).toBe(400);
        await expectOrder(answer);
        expectName(answer);
      }),
      { numRuns: 100 },
    );
  });

  it('as an id in the address, is refused by name', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (id) => {
        const segment = encodeURIComponent(toUSVString(id));
        fc.pre(segment !== '' && !/^\.{1,2}$/.test(segment) && segment.length <= 100);
        const answer = await gateway.call('GET', `/api/guest/${segment}`, { token: user.token });
        await expectRefusal(answer, 400, 'validation_error', ['/id']);
      }),
      { numRuns: 200 },
    );
  });

  it('as a query, is refused by name or ignored', async () => {
    const pair = fc.tuple(fc.oneof(fc.constantFrom('eventId', 'limit', 'after', 'limit[]'), text), text);
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 4 }), async (pairs) => {
        const query = new URLSearchParams();
        for (const [name, value] of pairs) query.append(name, toUSVString(value));
        const answer = await gateway.call('GET', `/api/comms/templates?${query.toString()}`, {
          token: user.token,
        });
        await expectOrder(answer);
        expectName(answer);
      }),
      { numRuns: 200 },
    );
  });
});
