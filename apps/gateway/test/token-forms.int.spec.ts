import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyAddress, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
});
afterAll(() => gateway.stop());

const paths = ['/core/connect/token', '/core/connect/revocation'];
const formType = 'application/x-www-form-urlencoded';
const tables = ['users', 'clients', 'token_families', 'refresh_tokens', 'revocations', 'outbox'];

const stored = async (): Promise<unknown[]> => Promise.all(tables.map((table) => gateway.count(table)));

/** RFC 6749 §5.2: what `error_description` may consist of. */
const describable = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/;

const statuses: Record<string, number[]> = {
  invalid_request: [400, 413],
  invalid_client: [401],
  invalid_grant: [400],
  invalid_scope: [400],
  unsupported_grant_type: [400],
};

function expectRefusal({ status, headers, body }: Answer): void {
  expect(Object.keys(body)).toEqual(['error', 'error_description']);
  expect([body.error, statuses[String(body.error)]?.includes(status)]).toEqual([body.error, true]);
  expect(body.error_description).toMatch(describable);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="qflow"' : null);
}

const names = [
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'username',
  'password',
  'refresh_token',
  'token',
  'token_type_hint',
];

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', '\0', 'a\0b', '\r\n', '\ud7ff\uffff', '__proto__', 'null', '[]', '%', "' OR 1=1 --"),
  fc.constantFrom('a/b/c@example.com', '/', '//', 'é'.repeat(2000), 'x'.repeat(5000), 'a.b.c', 'qk_x'),
);

/** Parameters as somebody might send them, some of them right. */
const anyForm = (): fc.Arbitrary<[string, string][]> => {
  const known: [string, string][] = [
    ['grant_type', 'password'],
    ['grant_type', 'refresh_token'],
    ['client_id', gateway.client.id],
    ['client_secret', gateway.client.secret],
    ['scope', 'qflowapi offline_access'],
    ['username', user.email],
  ];
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: anyText },
  );
  const parameter = fc.oneof(fc.constantFrom(...known), fc.tuple(name, anyText));
  return fc.array(parameter, { maxLength: 12 });
};

/** A form that got past the client, so that what lies behind is reached too. */
const withClient = (form: [string, string][]): [string, string][] => [
  ['client_id', gateway.client.id],
  ['client_secret', gateway.client.secret],
  ...form.filter(([name]) => name !== 'client_id' && name !== 'client_secret'),
];

const post = (
  path: string,
  raw: string | Buffer,
  type: string,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  gateway.call('POST', path, {
    raw,
    headers: { 'Content-Type': type, 'X-Forwarded-For': anyAddress(), ...headers },
  });

/** Text that fetch takes as the value of a header. */
const headerText = fc.string({
  unit: fc
    .oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa0, max: 0xff }))
    .map((code) => String.fromCharCode(code)),
  maxLength: 60,
});

describe.each(paths)('POST %s', (path) => {
  const isFine = ({ status }: Answer): boolean => path.endsWith('revocation') && status === 200;

  const refusesAll = async <T>(
    arbitrary: fc.Arbitrary<T>,
    send: (value: T) => Promise<Answer>,
    numRuns = 150,
  ) => {
    const before = await stored();
    await fc.assert(
      fc.asyncProperty(arbitrary, async (value) => {
        const answer = await send(value);
        // A token that nobody knows is as good as revoked.
        if (!isFine(answer)) expectRefusal(answer);
      }),
      { numRuns },
    );
    expect(await stored()).toEqual(before);
  };

  it('refuses any form in the form of RFC 6749, and stores nothing', () =>
    refusesAll(anyForm(), (form) => post(path, new URLSearchParams(form).toString(), formType)));

  it('also one of a client that is right', () =>
    refusesAll(anyForm(), (form) => post(path, new URLSearchParams(withClient(form)).toString(), formType)));

  it('refuses bytes that are no form', () =>
    refusesAll(fc.uint8Array({ maxLength: 200 }), (bytes) => post(path, Buffer.from(bytes), formType)));

  it('refuses bytes that are no UTF-8 in every parameter it reads', async () => {
    for (const name of names) {
      const form = new URLSearchParams(
        withClient([['grant_type', 'password']]).filter(([one]) => one !== name),
      );
      expectRefusal(await post(path, `${form.toString()}&${name}=%ff%fe`, formType));
      expectRefusal(await post(path, Buffer.from(`${form.toString()}&${name}=\xff\xfe`, 'latin1'), formType));
    }
  });

  it('refuses JSON, whatever it says', () =>
    refusesAll(fc.json(), (json) => post(path, json, 'application/json'), 60));

  it('refuses other media types', () =>
    refusesAll(
      fc.constantFrom(
        'text/plain',
        'multipart/form-data',
        'application/xml',
        'nonsense',
        `${formType}x`,
        'application/x-www-form',
      ),
      (type) => post(path, 'grant_type=password', type),
      20,
    ));

  it('refuses any Authorization header that is none of a client', () =>
    refusesAll(
      fc.oneof(
        headerText,
        headerText.map((text) => `Basic ${text}`),
        fc
          .string({ unit: 'binary', maxLength: 40 })
          .map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
      ),
      (Authorization) => post(path, 'grant_type=password&token=x', formType, { Authorization }),
    ));

  it('refuses a parameter that is given twice, and ignores a thousand that it does not know', async () => {
    const right = withClient([
      ['grant_type', 'refresh_token'],
      ['refresh_token', 'unknown'],
      ['token', 'unknown'],
    ]);
    for (const [name, value] of right) {
      const twice = new URLSearchParams([...right, [name, value]]).toString();
      const answer = await post(path, twice, formType);
      expectRefusal(answer);
      expect(answer.body.error_description).toBe(`Invalid request: \`${name}\` is given more than once`);
    }
    const many = [
      ...right,
      ...Array.from({ length: 2000 }, (_, index): [string, string] => [`x${index}`, 'y']),
    ];
    const answer = await post(path, new URLSearchParams(many).toString(), formType);
    expect(isFine(answer) || answer.body.error === 'invalid_grant').toBe(true);
  });

  it('refuses what is too large', async () => {
    const answer = await post(path, `token=${'x'.repeat(1_100_000)}`, formType);
    expect([answer.status, answer.body.error]).toEqual([413, 'invalid_request']);
  });
});
