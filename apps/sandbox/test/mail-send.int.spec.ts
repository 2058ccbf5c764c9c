import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { API_KEY, mail, startSandbox, type TestSandbox } from './start-sandbox.js';

interface Errors {
  errors: { message: string; field: string | null; help: string | null }[];
}
const stats = (sandbox: TestSandbox) =>
  sandbox.call<{ accepted: number; messages: number }>('GET', '/inbox/stats');

describe('POST /v3/mail/send', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ SANDBOX_BODY_LIMIT_MB: '1' });
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.call('DELETE', '/inbox/messages'));

  it('accepts with 202, no body, an id and the rate headers', async () => {
    const answer = await sandbox.send(mail('ann@example.com'));
    expect(answer.status).toBe(202);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('x-message-id')).toMatch(/^[\w-]{22}$/);
    expect(answer.headers.get('x-ratelimit-limit')).toBe('10000');
    expect(Number(answer.headers.get('x-ratelimit-remaining'))).toBeLessThan(10_000);
    expect(Number(answer.headers.get('x-ratelimit-reset'))).toBeGreaterThan(1_700_000_000);
  });

  it.each([
    ['without a key', { authorization: '' }, 401, /authorization|invalid/],
    ['with another key', { authorization: 'Bearer SG.other' }, 401, /grant is invalid, expired, or revoked/],
    ['with another scheme', { authorization: `Basic ${API_KEY}` }, 401, /grant is invalid/],
    ['with a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415, /application\/json/],
  ])('refuses %s', async (_, headers, status, message) => {
    const answer = await sandbox.send(mail('ann@example.com'), { headers });
    expect(answer.status).toBe(status);
    const [error] = ((await answer.json()) as Errors).errors;
    expect(error).toEqual({ message: expect.stringMatching(message) as unknown, field: null, help: null });
  });

  it('asks for the key before it looks at anything else', async () => {
    const init = { method: 'POST', body: 'not json' };
    const answer = await fetch(`${sandbox.url}/v3/mail/send`, init);
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { errors: [{ message: 'authorization required', field: null, help: null }] },
    ]);
  });

  it.each([
    ['what is no JSON', '{"personalizations":', /Bad Request/],
    ['an empty body', '', /Bad Request/],
    ['a list', '[]', /Bad Request/],
    ['an attempt on the prototype', '{"__proto__":{"x":1}}', /Bad Request/],
  ])('refuses %s with 400', async (_, body, message) => {
    const answer = await sandbox.send(body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Errors).errors[0]?.message).toMatch(message);
  });

  it('names what is wrong, and stores nothing', async () => {
    const answer = await sandbox.send(mail('nobody'));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      errors: [
        {
          message: 'Does not contain a valid address.',
          field: 'personalizations.0.to.0.email',
          help: 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message.personalizations.to',
        },
      ],
    });
    expect(await stats(sandbox)).toMatchObject({ accepted: 0, messages: 0 });
  });

  it('refuses what is too large with 413', async () => {
    const answer = await sandbox.send(mail('ann@example.com', { subject: 'x'.repeat(1024 * 1024) }));
    expect(answer.status).toBe(413);
    expect(((await answer.json()) as Errors).errors[0]?.message).toMatch(/too large/);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('answers %s with 405', async (method) => {
    const headers = { authorization: `Bearer ${API_KEY}` };
    const answer = await fetch(`${sandbox.url}/v3/mail/send`, { method, headers });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(((await answer.json()) as Errors).errors[0]?.message).toBe('method not allowed');
  });

  it('asks for the key however the path is written', async () => {
    const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    expect((await fetch(`${sandbox.url}/%763/mail/send`, init)).status).toBe(401);
  });

  it.each(['/v3/whitelabel/domains', '/v3/user/webhooks/event/settings/signed'])(
    'has the rate headers at %s too',
    async (path) => {
      const headers = { authorization: `Bearer ${API_KEY}` };
      const answer = await fetch(sandbox.url + path, { headers });
      expect([answer.status, answer.headers.get('x-ratelimit-limit')]).toEqual([200, '10000']);
      expect(Number(answer.headers.get('x-ratelimit-reset'))).toBeGreaterThan(1_700_000_000);
    },
  );

  it('answers a route that it does not have with 404', async () => {
    const headers = { authorization: `Bearer ${API_KEY}` };
    const answer = await fetch(`${sandbox.url}/v3/marketing/lists`, { headers });
    expect([answer.status, ((await answer.json()) as Errors).errors[0]?.message]).toEqual([404, 'not found']);
  });

  it('answers sandbox mode with 200, and neither delivers nor posts', async () => {
    const posted = sandbox.webhook.requests.length;
    const answer = await sandbox.send(
      mail('ann@example.com', { mail_settings: { sandbox_mode: { enable: true } } }),
    );
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(answer.headers.get('x-message-id')).toMatch(/^[\w-]{22}$/);
    expect(answer.headers.get('x-ratelimit-limit')).toBe('10000');
    expect(await stats(sandbox)).toMatchObject({ accepted: 0, messages: 0 });
    expect(sandbox.webhook.requests).toHaveLength(posted);
  });

  it('makes a copy for every recipient of every personalization', async () => {
    const people = (...names: string[]) => names.map((name) => ({ email: `${name}@example.com` }));
    const answer = await sandbox.send(
      mail('', {
        personalizations: [
          { to: people('ann'), cc: people('ben'), bcc: people('cy'), custom_args: { part: '1' } },
          { to: people('dee'), subject: 'For Dee', custom_args: { part: '2' } },
        ],
        custom_args: { qflow_send_id: 's1' },
      }),
    );
    expect(answer.status).toBe(202);
    const { messages } = await sandbox.call<{ messages: object[] }>('GET', '/inbox/messages');
    expect(messages.reverse()).toMatchObject([
      { to: 'ann@example.com', subject: 'Your ticket', customArgs: { qflow_send_id: 's1', part: '1' } },
      { to: 'ben@example.com', customArgs: { part: '1' } },
      { to: 'cy@example.com', customArgs: { part: '1' } },
      { to: 'dee@example.com', subject: 'For Dee', customArgs: { qflow_send_id: 's1', part: '2' } },
    ]);
  });
});

describe('the rate limit', () => {
  it('answers 429 with the time to come back', async () => {
    const sandbox = await startSandbox({ SANDBOX_RATE_LIMIT: '1' });
    try {
      // The count starts anew with every second of the clock; of so many calls at once, some share one.
      const calls = Array.from({ length: 20 }, () => sandbox.send(mail('ann@example.com')));
      const answers = await Promise.all(calls);
      const refused = answers.find((answer) => answer.status === 429);
      expect(refused?.headers.get('x-ratelimit-remaining')).toBe('0');
      expect(refused?.headers.get('x-ratelimit-limit')).toBe('1');
      expect(((await refused?.json()) as Errors).errors[0]?.message).toBe('too many requests');
    } finally {
      await sandbox.close();
    }
  });
});
