import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anything, orSpoilt, text } from './support/hostile.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

const url = 'https://your-app.com/webhooks/orders';

let gateway: TestGateway;
let user: TestUser;
let id: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  id = String((await call('POST', '', { url })).body.id);
});
afterAll(() => gateway.stop());

const call = (method: string, rest: string, body?: unknown): Promise<Answer> =>
  gateway.call(method, `/api/comms/webhooks${rest}`, { token: user.token, body });

const made = (): number =>
  [...gateway.fakes.webhooks.subscriptions.values()].filter(({ accountId }) => accountId === user.accountId)
    .length;

/** The places that a 400 names, each once: of one place there may be several things to say. */
const pathsOf = ({ body }: Answer): string[] => [
  ...new Set((body.errors as { path: string }[]).map(({ path }) => path)),
];

function expectRefusal(answer: Answer, path: string): void {
  expect([answer.status, answer.body.code, pathsOf(answer)]).toEqual([400, 'validation_error', [path]]);
}

/** Fields that POST and PATCH share. */
const shared: [string, object, string][] = [
  ['a URL that is none', { url: 'nonsense' }, '/url'],
  ['a URL of another scheme', { url: 'ftp://example.com/' }, '/url'],
  ['a URL with credentials', { url: 'https://u:p@example.com/' }, '/url'],
  ['a URL that is too long', { url: `https://example.com/${'a'.repeat(2_048)}` }, '/url'],
  ['a URL that is a list', { url: [url] }, '/url'],
  ['no events', { events: [] }, '/events'],
  ['events that are a text', { events: 'comms.*' }, '/events'],
  ['an event that is a number', { events: ['comms.*', 5] }, '/events/1'],
  ['an event without a name', { events: [''] }, '/events/0'],
  ['an event with a name that is too long', { events: ['x'.repeat(65)] }, '/events/0'],
  ['an event that is asked for twice', { events: ['comms.*', 'comms.*'] }, '/events'],
  ['too many events', { events: Array.from({ length: 51 }, (_, index) => `comms.${index}`) }, '/events'],
  ['an event that is not known', { events: ['comms.sent', 'comms.lost'] }, '/events/1'],
  ['an event with a NUL', { events: ['comms.sent\0'] }, '/events/0'],
  ['a description that is a number', { description: 5 }, '/description'],
  ['a description that is too long', { description: 'x'.repeat(501) }, '/description'],
  ['a description with a NUL', { description: 'a\0b' }, '/description'],
  ['a description with half a character', { description: '\ud83d' }, '/description'],
  ['headers that are a list', { headers: ['X-Key: 1'] }, '/headers'],
  ['headers that are a text', { headers: 'X-Key: 1' }, '/headers'],
  [
    'too many headers',
    { headers: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`X-${index}`, '1'])) },
    '/headers',
  ],
  ['a header name that injects another', { headers: { 'X-A: 1\r\nX-B': '1' } }, '/headers'],
  ['a header name with a blank', { headers: { 'X A': '1' } }, '/headers'],
  ['a header without a name', { headers: { '': '1' } }, '/headers'],
  ['a header name that is too long', { headers: { ['X'.repeat(101)]: '1' } }, '/headers'],
  ['a header value that injects another', { headers: { 'X-A': '1\r\nX-B: 2' } }, '/headers/X-A'],
  ['a header value beyond ASCII', { headers: { 'X-A': 'é' } }, '/headers/X-A'],
  ['an empty header value', { headers: { 'X-A': '' } }, '/headers/X-A'],
  ['a header value with a NUL', { headers: { 'X-A': 'a\0' } }, '/headers/X-A'],
  ['a header value that is a number', { headers: { 'X-A': 1 } }, '/headers/X-A'],
  ['a header value that is null', { headers: { 'X-A': null } }, '/headers/X-A'],
  ['a header value that is too long', { headers: { 'X-A': 'x'.repeat(1_001) } }, '/headers/X-A'],
  ['retry rules that are a list', { retry: [] }, '/retry'],
  ['retry rules that are a number', { retry: 5 }, '/retry'],
  ['delays that are a number', { retry: { delaysSeconds: 5 } }, '/retry/delaysSeconds'],
  ['a delay of nothing', { retry: { delaysSeconds: [5, 0] } }, '/retry/delaysSeconds/1'],
  ['a delay of a fraction', { retry: { delaysSeconds: [1.5] } }, '/retry/delaysSeconds/0'],
  ['a delay of more than a day', { retry: { delaysSeconds: [86_401] } }, '/retry/delaysSeconds/0'],
  ['too many delays', { retry: { delaysSeconds: Array<number>(21).fill(5) } }, '/retry/delaysSeconds'],
  ['a time-out of nothing', { retry: { timeoutSeconds: 0 } }, '/retry/timeoutSeconds'],
  ['a time-out that is too long', { retry: { timeoutSeconds: 21 } }, '/retry/timeoutSeconds'],
  ['a time-out that is a text', { retry: { timeoutSeconds: '5' } }, '/retry/timeoutSeconds'],
  ['disabling after nothing', { retry: { disableAfter: 0 } }, '/retry/disableAfter'],
  ['disabling after false', { retry: { disableAfter: false } }, '/retry/disableAfter'],
];

describe('a webhook with', () => {
  it.each<[string, object, string]>([
    ...shared,
    ['no URL', { url: undefined }, '/url'],
    ['an empty URL', { url: '' }, '/url'],
    ['an unknown format', { format: 'slack' }, '/format'],
    ['a format that is a number', { format: 1 }, '/format'],
    ['a secret that is a number', { secret: 1234567890123456 }, '/secret'],
    ['a secret that is too long', { secret: 'x'.repeat(257) }, '/secret'],
    ['a secret with a NUL', { secret: `${'x'.repeat(30)}\0` }, '/secret'],
    ['asymmetric that is a text', { asymmetric: 'yes' }, '/asymmetric'],
  ])('%s is refused by name, and not made', async (_what, fields, path) => {
    const before = made();
    expectRefusal(await call('POST', '', { url, ...fields }), path);
    expect(made()).toBe(before);
  });

  it.each(shared)('%s is not changed to that', async (_what, fields, path) => {
    const { body: before } = await call('GET', `/${id}`);
    expectRefusal(await call('PATCH', `/${id}`, fields), path);
    expect((await call('GET', `/${id}`)).body).toEqual(before);
  });

  it('a secret of a megabyte is too much', async () => {
    const { status, body } = await call('POST', '', { url, secret: 'x'.repeat(1_100_000) });
    expect([status, body.code]).toEqual([413, 'payload_too_large']);
    expectRefusal(await call('POST', '', { url, secret: 'x'.repeat(1_000_000) }), '/secret');
  });

  it('several flaws is told of all of them', async () => {
    const answer = await call('POST', '', {
      url: 'x',
      events: [],
      headers: { 'X-A': '\n' },
      retry: { timeoutSeconds: 0 },
    });
    expect(pathsOf(answer).sort()).toEqual(['/events', '/headers/X-A', '/retry/timeoutSeconds', '/url']);
  });

  it('words that help', async () => {
    const message = async (fields: object): Promise<unknown> =>
      ((await call('POST', '', { url, ...fields })).body.errors as { message: string }[])[0]?.message;
    expect(await message({ headers: { 'X A': '1' } })).toMatch(/header names/);
    expect(await message({ headers: { 'X-A': '\n' } })).toMatch(/printable ASCII without line breaks/);
    expect(await message({ format: 'slack' })).toBe('must be one of qflow, standard, sendcomms, emailflow');
    expect(await message({ events: [] })).toBe('must not be empty');
  });

  it.each<[string, unknown, string]>([
    ['a negative overlap', { overlapSeconds: -1 }, '/overlapSeconds'],
    ['an overlap of more than a week', { overlapSeconds: 604_801 }, '/overlapSeconds'],
    ['an overlap in words', { overlapSeconds: '1 h' }, '/overlapSeconds'],
    ['a body that is a list', [], '/'],
  ])('%s keeps its secret', async (_what, body, path) => {
    expectRefusal(await call('POST', `/${id}/rotate`, body), path);
  });

  it.each(['x', '1', '%00', `${'a'.repeat(36)}`, "'; DROP TABLE subscriptions"])(
    'the id %s is none',
    async (wrong) => {
      for (const rest of ['', '/deliveries', '/replays', '/stats'])
        expectRefusal(await call('GET', `/${wrong}${rest}`), '/id');
      expectRefusal(await call('PATCH', `/${wrong}`, {}), '/id');
    },
  );
});

describe('whatever is sent', () => {
  const right = fc.record(
    {
      url: fc.constant(url),
      events: fc.constantFrom(['comms.*'], ['comms.sent', 'contact.*']),
      format: fc.constantFrom('qflow', 'standard', null),
      description: fc.string({ maxLength: 100, minLength: 1 }),
      headers: fc.constantFrom({}, { 'X-Key': 'k' }),
      retry: fc.constantFrom({}, { delaysSeconds: [1, 2], disableAfter: 5 }),
    },
    { requiredKeys: ['url'] },
  );
  const spoilt = fc.dictionary(
    fc.constantFrom('url', 'events', 'format', 'secret', 'description', 'headers', 'retry', 'asymmetric'),
    fc.oneof(anything, fc.dictionary(text, anything, { maxKeys: 3 }), fc.array(anything, { maxLength: 3 })),
    { maxKeys: 2 },
  );

  it('is a webhook or a 400 that names a field', async () => {
    await fc.assert(
      fc.asyncProperty(orSpoilt(right, spoilt), async (body) => {
        const { status, body: answer } = await call('POST', '', body);
        if (status === 201) gateway.fakes.webhooks.subscriptions.delete(String(answer.id));
        else {
          expect([status, answer.code]).toEqual([400, 'validation_error']);
          expect((answer.errors as unknown[]).length).toBeGreaterThan(0);
        }
        const patched = await call('PATCH', `/${id}`, body);
        expect([200, 400]).toContain(patched.status);
      }),
      { numRuns: 150 },
    );
  });
});
