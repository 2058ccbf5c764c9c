import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox, type TestSandbox } from './start-sandbox.js';

interface Domain {
  id: number;
  domain: string;
  subdomain: string;
  valid: boolean;
  dns: Record<string, { valid: boolean }>;
}

const path = '/whitelabel/domains';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.call('DELETE', '/domains'));

/** Status and body of a call. */
async function api(method: string, route: string, body?: unknown): Promise<[status: number, body: unknown]> {
  const answer = await sandbox.api(method, route, body);
  const text = await answer.text();
  return [answer.status, text ? JSON.parse(text) : undefined];
}

const create = async (domain: string, more: object = {}): Promise<Domain> => {
  const [status, body] = await api('POST', path, { domain, automatic_security: true, ...more });
  expect(status).toBe(201);
  return body as Domain;
};

describe('domain authentication', () => {
  it('makes three CNAMEs that are not in place yet', async () => {
    const created = await create('Example.com', { subdomain: 'mail' });
    const record = (host: string, data: string) => ({ valid: false, type: 'cname', host, data });
    expect(created).toEqual({
      id: expect.any(Number),
      user_id: 1_000_001,
      subdomain: 'mail',
      domain: 'example.com',
      username: 'sandbox',
      ips: [],
      custom_spf: false,
      default: false,
      legacy: false,
      automatic_security: true,
      valid: false,
      dns: {
        mail_cname: record('mail.example.com', 'u1000001.wl.sandbox.test'),
        dkim1: record('s1._domainkey.example.com', 's1.domainkey.u1000001.wl.sandbox.test'),
        dkim2: record('s2._domainkey.example.com', 's2.domainkey.u1000001.wl.sandbox.test'),
      },
    });
    expect(await api('GET', `${path}/${created.id}`)).toEqual([200, created]);
  });

  it('invents a subdomain where none is given, and takes each once', async () => {
    const first = await create('example.com');
    expect(first.subdomain).toMatch(/^em\d{4}$/);
    const again = { domain: 'example.com', subdomain: first.subdomain, automatic_security: true };
    expect(await api('POST', path, again)).toEqual([
      400,
      {
        errors: [
          {
            message: 'An authenticated domain already exists for this URL. Please use a unique subdomain.',
            field: null,
            help: null,
          },
        ],
      },
    ]);
    await create('example.com', { subdomain: 'other' });
  });

  it('validates, record by record', async () => {
    const { id } = await create('example.com');
    const fine = { valid: true, reason: null };
    expect(await api('POST', `${path}/${id}/validate`)).toEqual([
      200,
      { id, valid: true, validation_results: { mail_cname: fine, dkim1: fine, dkim2: fine } },
    ]);
    const [, domain] = await api('GET', `${path}/${id}`);
    expect(domain).toMatchObject({
      valid: true,
      dns: { mail_cname: { valid: true }, dkim1: { valid: true }, dkim2: { valid: true } },
      last_validation_attempt_at: expect.any(Number),
    });
  });

  it.each(['invalid-dns.test', 'mail.invalid-dns.test'])('never finds the records of %s', async (name) => {
    const { id } = await create(name, { subdomain: 'em' });
    const [status, body] = await api('POST', `${path}/${id}/validate`);
    expect([status, body]).toMatchObject([
      200,
      {
        valid: false,
        validation_results: {
          mail_cname: {
            valid: false,
            reason: `Expected CNAME for "em.${name}" to match "u1000001.wl.sandbox.test".`,
          },
        },
      },
    ]);
    expect(await api('GET', `${path}/${id}`)).toMatchObject([200, { valid: false }]);
  });

  it('lists by a part of the name, in pages', async () => {
    for (const name of ['a.example.com', 'b.example.com', 'c.example.com', 'other.test']) await create(name);
    const names = async (query: string): Promise<string[]> =>
      ((await api('GET', `${path}${query}`))[1] as Domain[]).map(({ domain }) => domain);
    expect(await names('')).toHaveLength(4);
    expect(await names('?domain=Example.com')).toEqual(['a.example.com', 'b.example.com', 'c.example.com']);
    expect(await names('?domain=example.com&limit=2')).toEqual(['a.example.com', 'b.example.com']);
    expect(await names('?domain=example.com&limit=2&offset=2')).toEqual(['c.example.com']);
    for (const query of ['?limit=x', '?offset=-1', '?domain=a&domain=b'])
      expect((await api('GET', `${path}${query}`))[0]).toBe(400);
  });

  it('deletes, and then knows it no more', async () => {
    const { id } = await create('example.com');
    expect(await api('DELETE', `${path}/${id}`)).toEqual([204, undefined]);
    for (const [method, route] of [
      ['GET', `${path}/${id}`],
      ['DELETE', `${path}/${id}`],
      ['POST', `${path}/${id}/validate`],
      ['GET', `${path}/x`],
    ] as const)
      expect(await api(method, route)).toEqual([
        404,
        { errors: [{ message: 'not found', field: null, help: null }] },
      ]);
  });

  it.each<[string, unknown, string[]]>([
    ['no domain', {}, ['domain', 'automatic_security']],
    ['an address', { domain: 'a@example.com', automatic_security: true }, ['domain']],
    ['a single label', { domain: 'localhost', automatic_security: true }, ['domain']],
    ['a number', { domain: 5, automatic_security: true }, ['domain']],
    [
      'a subdomain of two labels',
      { domain: 'example.com', subdomain: 'a.b', automatic_security: true },
      ['subdomain'],
    ],
    ['manual security', { domain: 'example.com', automatic_security: false }, ['automatic_security']],
    ['a default that is none', { domain: 'example.com', default: 1, automatic_security: true }, ['default']],
  ])('refuses %s by name', async (_what, body, fields) => {
    const [status, answer] = await api('POST', path, body);
    expect(status).toBe(400);
    expect((answer as { errors: { field: string }[] }).errors.map(({ field }) => field)).toEqual(fields);
    expect(await sandbox.call('GET', '/domains')).toEqual({ domains: [] });
  });

  it.each(['[]', 'null', '"x"', '{"domain":'])('refuses the body %s', async (body) => {
    expect((await api('POST', path, body))[0]).toBe(400);
  });

  it('asks for the key, and knows its methods', async () => {
    expect((await fetch(`${sandbox.url}/v3${path}`)).status).toBe(401);
    const answer = await sandbox.api('PUT', path, {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await sandbox.api('PATCH', `${path}/1`, {})).headers.get('allow')).toBe('GET, DELETE');
  });

  it('can be looked at and forgotten without a key', async () => {
    const created = await create('example.com');
    expect(await sandbox.call('GET', '/domains')).toEqual({ domains: [created] });
    await sandbox.call('DELETE', '/domains');
    expect(await sandbox.call('GET', '/domains')).toEqual({ domains: [] });
  });
});
