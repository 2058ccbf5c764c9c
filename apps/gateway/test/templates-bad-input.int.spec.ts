import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());

// A user of its own for each, or the hundreds of requests would meet their rate limits.
beforeEach(async () => {
  user = await gateway.user();
  eventId = await gateway.event(user);
  templateId = gateway.fakes.template(user.accountId, eventId).id;
});

const post = (path: string, body: unknown): Promise<Answer> =>
  gateway.call('POST', path, { token: user.token, body });

const draft = (values: object = {}): object => ({
  eventId,
  name: 'Ticket',
  subject: 'Hi',
  html: '<p>Hi</p>',
  fromAddress: 'tickets@example.com',
  ...values,
});

const pathsOf = ({ body }: Answer): unknown =>
  (body.errors as { path: string }[] | undefined)?.map(({ path }) => path);

const awkward = fc.constantFrom(
  ...[
    '\0',
    '\r\nBcc: x@example.com',
    '\ud800',
    '\u202e',
    'مرحبا',
    '👩🏽‍💻',
    'e\u0301',
    '{{',
    '{% if',
    '<script>',
    '',
  ],
  ...[
    'x'.repeat(5_000),
    '=?utf-8?B?QmNj?=',
    '"a", b',
    "'; DROP TABLE templates; --",
    '__proto__',
    '0',
    'null',
  ],
);
const anyText = fc.oneof(awkward, fc.string({ unit: 'binary', maxLength: 300 }));
const anyValue = fc.oneof(
  { weight: 3, arbitrary: anyText },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, 0, -1, 1e300, 1.5, true, [], {}, randomUUID()) },
);

const someOf = (...fields: string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(fields.map((field) => [field, anyValue])), { requiredKeys: [] });

const sampleData = fc.oneof(
  anyValue,
  fc
    .tuple(
      someOf(
        'firstName',
        'otherNames',
        'lastName',
        'email',
        'plusOnes',
        'additionalInfo',
        'barcode',
        'tags',
        'customFields',
      ),
      fc.option(someOf('title', 'startTime', 'endTime', 'timeZoneId', 'companyName'), { nil: undefined }),
    )
    .map(([guest, event]) => ({ ...guest, ...(event && { event }) })),
);
const previewBody = fc
  .tuple(someOf('attendeeId', 'version', 'id'), fc.option(sampleData, { nil: undefined }))
  .map(([body, data]) => ({ ...body, ...(data !== undefined && { data }) }));

/** Whatever comes is either done or refused with the names of what was wrong, and then nothing has happened. */
async function expectSense(ask: () => Promise<Answer>, done: () => number): Promise<void> {
  const before = done();
  const answer = await ask();
  expect([200, 400, 404]).toContain(answer.status);
  if (answer.status === 200) return;
  expect(done()).toBe(before);
  if (answer.status === 400) expect((pathsOf(answer) as string[]).length).toBeGreaterThan(0);
}

describe('whatever is sent', () => {
  it('as a template', async () => {
    const fields = [
      'id',
      'eventId',
      'name',
      'subject',
      'html',
      'fromAddress',
      'fromName',
      'replyTo',
      'colour',
    ];
    await fc.assert(
      fc.asyncProperty(someOf(...fields), (values) =>
        expectSense(
          () => post('/api/comms/template', draft(values)),
          () => gateway.fakes.templates.size,
        ),
      ),
      { numRuns: 200 },
    );
  });

  it('as a preview', async () => {
    await fc.assert(
      fc.asyncProperty(previewBody, (body) =>
        expectSense(
          () => post(`/api/comms/template/${templateId}/preview`, body),
          () => gateway.fakes.previewed.length,
        ),
      ),
      { numRuns: 200 },
    );
  });

  it('as a test copy', async () => {
    await fc.assert(
      fc.asyncProperty(previewBody, (body) =>
        expectSense(
          () => post(`/api/comms/template/${templateId}/test`, body),
          () => gateway.fakes.copies.length,
        ),
      ),
      { numRuns: 150 },
    );
  });

  it('to delete', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyValue, someOf('id')), (body) =>
        expectSense(
          () => post('/api/comms/template/delete', body),
          () => gateway.fakes.templates.size,
        ),
      ),
      { numRuns: 100 },
    );
    expect(gateway.fakes.templates.has(templateId)).toBe(true);
  });

  it('in an address', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), async (id) => {
        const part = encodeURIComponent(id.replace(/\p{Cs}/gu, ''));
        for (const path of [
          part,
          `${part}/versions`,
          `${templateId}/versions/${part}`,
          `${templateId}/versions?after=${part}`,
        ]) {
          const { status } = await gateway.call('GET', `/api/comms/template/${path}`, { token: user.token });
          expect([200, 400, 404]).toContain(status);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a header', () => {
  const breaks = ['\r\nBcc: x@example.com', '\nX: y', '\rX: y'];

  it.each(['name', 'subject', 'fromName'])('cannot be added through %s', async (field) => {
    for (const text of breaks) {
      const answer = await post('/api/comms/template', draft({ [field]: `a${text}` }));
      expect([answer.status, pathsOf(answer)]).toEqual([400, [`/${field}`]]);
    }
  });

  it.each(['fromAddress', 'replyTo'])('cannot be added through %s', async (field) => {
    for (const text of [...breaks, ', x@example.com', '> <x@example.com', '\u2028', '%0d%0aBcc: x']) {
      for (const value of [`a@example.com${text}`, `${text}a@example.com`, `a@example${text}.com`]) {
        const answer = await post('/api/comms/template', draft({ [field]: value }));
        expect([value, answer.status, pathsOf(answer)]).toEqual([value, 400, [`/${field}`]]);
      }
    }
  });

  it.each(['Müller, Söhne & Co.', '"The" <Team>', '=?utf-8?Q?a?=', 'Team 🎉', 'فريق'])(
    'shows the sender as %s',
    async (fromName) => {
      const { status, body } = await post('/api/comms/template', draft({ fromName }));
      expect([status, body.fromName]).toEqual([200, fromName]);
    },
  );
});

describe('size', () => {
  it('is bounded for HTML, and for the body as a whole', async () => {
    const [large, tooLarge] = [600_000, 1_100_000].map((length) => draft({ html: 'x'.repeat(length) }));
    const answer = await post('/api/comms/template', large);
    expect([answer.status, pathsOf(answer)]).toEqual([400, ['/html']]);
    expect((await post('/api/comms/template', tooLarge)).body).toMatchObject({ code: 'payload_too_large' });
  });

  it('is bounded in depth', async () => {
    const raw = `{"data":${'{"event":'.repeat(50_000)}{}${'}'.repeat(50_000)}}`;
    const { status, body } = await gateway.call('POST', `/api/comms/template/${templateId}/preview`, {
      token: user.token,
      raw,
      headers: { 'Content-Type': 'application/json' },
    });
    expect([status, body.code]).toEqual([400, 'validation_error']);
  });
});
