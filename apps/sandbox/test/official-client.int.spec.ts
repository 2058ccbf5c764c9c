import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventWebhook, EventWebhookHeader } from '@sendgrid/eventwebhook';
import client from '@sendgrid/client';
import mail, { type MailDataRequired } from '@sendgrid/mail';
import { API_KEY, startSandbox, type TestSandbox } from './start-sandbox.js';

/** What users of the client handle: its `ResponseError`. */
interface ResponseError extends Error {
  code: number;
  response: { headers: Record<string, string>; body: { errors: object[] } };
}

/** What the client resolves with. */
type Answer = [answer: { statusCode: number }, body: unknown];
type AttachmentData = NonNullable<MailDataRequired['attachments']>[number];

/** A new one each time, because the client writes into what it is given. */
const ticket = (): MailDataRequired => ({
  to: 'Ann <ann@example.com>',
  from: { name: 'Conf & Co', email: 'events@conf.example' },
  subject: 'Your ticket',
  text: 'Hello Ann',
  html: '<p>Hello Ann</p>',
});
const templateId = 'd-0123456789abcdef0123456789abcdef';
const HELP = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ SANDBOX_BODY_LIMIT_MB: '1' });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  // In this order: setting a key sets the base URL of SendGrid, too.
  client.setApiKey(API_KEY);
  client.setDefaultRequest('baseUrl', sandbox.url);
  mail.setClient(client);
});
afterEach(() => sandbox.call('POST', '/reset'));

/** The messages in the inbox, oldest first. */
async function inbox<T>(): Promise<T[]> {
  const { messages } = await sandbox.call<{ messages: { id: string }[] }>('GET', '/inbox/messages');
  return Promise.all(messages.reverse().map(({ id }) => sandbox.call<T>('GET', `/inbox/messages/${id}`)));
}

async function errorOf(call: Promise<unknown>): Promise<ResponseError> {
  try {
    await call;
  } catch (error) {
    return error as ResponseError;
  }
  throw new Error('The call was not refused.');
}

const problem = (message: string, field: string | null = null, anchor?: string): object => ({
  message,
  field,
  help: anchor === undefined ? null : HELP + anchor,
});

describe('@sendgrid/mail', () => {
  it('sends one mail', async () => {
    const [answer, body] = await mail.send(ticket());
    expect([answer.statusCode, body]).toEqual([202, '']);
    const headers = answer.headers as Record<string, string>;
    expect(headers['x-message-id']).toMatch(/^[\w-]{22}$/);
    expect(headers).toMatchObject({
      'x-ratelimit-limit': '10000',
      'x-ratelimit-remaining': expect.stringMatching(/^\d+$/),
      'x-ratelimit-reset': expect.stringMatching(/^\d{10}$/),
    });
    expect(await inbox()).toMatchObject([
      {
        messageId: headers['x-message-id'],
        to: 'ann@example.com',
        from: ticket().from,
        subject: 'Your ticket',
        text: 'Hello Ann',
        html: '<p>Hello Ann</p>',
        headers: { To: 'Ann <ann@example.com>' },
      },
    ]);
  });

  it('sends several mails, and one to several people', async () => {
    const answers = await mail.send([ticket(), { ...ticket(), to: 'ben@example.com' }]);
    expect(answers).toHaveLength(2);
    await mail.sendMultiple({ ...ticket(), to: ['cy@example.com', 'dee@example.com'] });
    const to = (await inbox<{ to: string; headers: object }>()).map((message) => [
      message.to,
      message.headers,
    ]);
    expect(to).toHaveLength(4);
    expect(to.slice(2)).toMatchObject([
      ['cy@example.com', { To: 'cy@example.com' }],
      ['dee@example.com', { To: 'dee@example.com' }],
    ]);
  });

  it('sends everything that it can send', async () => {
    const sendAt = Math.floor(Date.now() / 1000) + 3600;
    await mail.send({
      ...ticket(),
      to: undefined,
      personalizations: [
        {
          to: 'ann@example.com',
          cc: ['ben@example.com'],
          bcc: [{ email: 'cy@example.com' }],
          subject: 'Just for you',
          headers: { 'X-Own': 'own' },
          customArgs: { part: '1' },
          sendAt,
        },
        { to: 'opened+dee@sandbox.test', dynamicTemplateData: { name: 'Dee' } },
      ],
      replyToList: [{ email: 'help@conf.example', name: 'Help' }],
      attachments: [
        { content: Buffer.from('hello').toString('base64'), filename: 'ticket.txt', type: 'text/plain' },
        {
          content: Buffer.from('png').toString('base64'),
          filename: 'logo.png',
          type: 'image/png',
          disposition: 'inline',
          // Not `contentId`: the client does not translate the names in a list.
          content_id: 'logo',
        } as AttachmentData,
      ],
      categories: ['tickets', 'vip'],
      customArgs: { qflow_send_id: 's1' },
      headers: { 'List-Unsubscribe': '<https://conf.example/u>' },
      templateId,
      asm: { groupId: 7, groupsToDisplay: [7, 8] },
      ipPoolName: 'main',
      batchId: 'batch',
      mailSettings: {
        bypassListManagement: { enable: false },
        footer: { enable: true, text: 'foot', html: '<p>foot</p>' },
      },
      trackingSettings: {
        clickTracking: { enable: true, enableText: false },
        openTracking: { enable: true, substitutionTag: '%open%' },
        subscriptionTracking: { enable: false },
        ganalytics: { enable: true, utmCampaign: 'tickets' },
      },
    });
    const messages = await inbox<{ id: string }>();
    expect(messages).toMatchObject([
      {
        to: 'ann@example.com',
        subject: 'Just for you',
        headers: {
          'X-Own': 'own',
          'List-Unsubscribe': '<https://conf.example/u>',
          'Reply-To': 'Help <help@conf.example>',
          Cc: 'ben@example.com',
        },
        customArgs: { qflow_send_id: 's1', part: '1' },
        categories: ['tickets', 'vip'],
        templateId,
        asmGroupId: 7,
        attachments: [
          { filename: 'ticket.txt', type: 'text/plain', bytes: 5, disposition: 'attachment' },
          { filename: 'logo.png', bytes: 3, disposition: 'inline', contentId: 'logo' },
        ],
        history: [{ event: 'processed', details: { pool: { name: 'main' }, send_at: sendAt } }, {}],
      },
      { to: 'ben@example.com' },
      { to: 'cy@example.com' },
      { to: 'opened+dee@sandbox.test', subject: 'Your ticket', history: [{}, {}, { event: 'open' }] },
    ]);
    const attachment = await fetch(`${sandbox.url}/inbox/messages/${messages[0]?.id}/attachments/0`);
    expect(await attachment.text()).toBe('hello');
  });

  it('has its mail checked only in sandbox mode', async () => {
    const [answer] = await mail.send({ ...ticket(), mailSettings: { sandboxMode: { enable: true } } });
    expect(answer.statusCode).toBe(200);
    expect((answer.headers as Record<string, string>)['x-message-id']).toMatch(/^[\w-]{22}$/);
    expect(await inbox()).toEqual([]);
  });

  it('is told everything that is wrong with a mail', async () => {
    const error = await errorOf(
      mail.send({
        ...ticket(),
        to: ['ann@example.com', { email: 'nobody' }, 'ann@example.com'],
        subject: '',
        headers: { Subject: 'x' },
        categories: ['a', 'a'],
      }),
    );
    expect([error.code, error.message]).toEqual([400, 'Bad Request']);
    expect(error.response.body).toEqual({
      errors: [
        problem(
          'Does not contain a valid address.',
          'personalizations.0.to.1.email',
          'message.personalizations.to',
        ),
        problem(
          'Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [ann@example.com] in the personalizations.0.to field.',
          'personalizations.0',
          'message.recipient-errors',
        ),
        problem(
          'The subject of your email must be a string at least one character in length.',
          'subject',
          'message.subject',
        ),
        problem('Header can not be one of the reserved keys.', 'headers', 'message.headers'),
        problem(
          'The categories must be a unique list, and you have included [a] more than once.',
          'categories',
          'message.categories',
        ),
      ],
    });
    expect(String(error)).toContain('Bad Request (400)\n  Does not contain a valid address.');
  });

  it('is refused with another key', async () => {
    client.setApiKey('SG.other');
    client.setDefaultRequest('baseUrl', sandbox.url);
    const error = await errorOf(mail.send(ticket()));
    expect([error.code, error.message, error.response.body]).toEqual([
      401,
      'Unauthorized',
      { errors: [problem('The provided authorization grant is invalid, expired, or revoked')] },
    ]);
  });

  it('is refused what is too large', async () => {
    const error = await errorOf(mail.send({ ...ticket(), html: 'x'.repeat(1024 * 1024) }));
    expect([error.code, error.message, error.response.body]).toEqual([
      413,
      'Payload Too Large',
      { errors: [problem('The JSON payload you have included in your request is too large.')] },
    ]);
  });

  it.each<[number, string, object, object]>([
    [403, 'Forbidden', { fault: 'status', status: 403 }, problem('access forbidden')],
    [429, 'Too Many Requests', { fault: 'rate-limited', resetSeconds: 60 }, problem('too many requests')],
    [500, 'Internal Server Error', { fault: 'server-error' }, problem('internal server error')],
    [
      503,
      'Service Unavailable',
      { fault: 'status', status: 503 },
      problem('The SendGrid v3 Web API is not available.'),
    ],
  ])('meets %i when a rule says so', async (code, message, rule, expected) => {
    await sandbox.call('POST', '/faults/rules', { ...rule, times: 1 });
    const error = await errorOf(mail.send(ticket()));
    expect([error.code, error.message, error.response.body]).toEqual([code, message, { errors: [expected] }]);
    if (code === 429) {
      const { 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset } = error.response.headers;
      expect(remaining).toBe('0');
      expect(Number(reset) - Date.now() / 1000).toBeGreaterThan(50);
    }
    await expect(mail.send(ticket())).resolves.toMatchObject([{ statusCode: 202 }, '']);
  });
});

describe('@sendgrid/client', () => {
  const request = async (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) => {
    const [answer, data] = (await client.request({ method, url, ...(body && { body }) })) as Answer;
    return [answer.statusCode, data] as const;
  };

  it('creates, lists, shows, validates and deletes a domain', async () => {
    const [created, domain] = await request('POST', '/v3/whitelabel/domains', {
      domain: 'conf.example',
      subdomain: 'em1',
      automatic_security: true,
    });
    const { id } = domain as { id: number };
    expect([created, domain]).toMatchObject([
      201,
      { domain: 'conf.example', valid: false, dns: { dkim1: { type: 'cname', valid: false } } },
    ]);
    expect(await request('GET', '/v3/whitelabel/domains')).toEqual([200, [domain]]);
    expect(await request('GET', `/v3/whitelabel/domains/${id}`)).toEqual([200, domain]);
    expect(await request('POST', `/v3/whitelabel/domains/${id}/validate`)).toMatchObject([
      200,
      { id, valid: true, validation_results: { mail_cname: { valid: true, reason: null } } },
    ]);
    expect(await request('DELETE', `/v3/whitelabel/domains/${id}`)).toEqual([204, '']);
    const error = await errorOf(request('GET', `/v3/whitelabel/domains/${id}`));
    expect([error.code, error.response.body]).toEqual([404, { errors: [problem('not found')] }]);
  });

  it('is told of a domain that is there already, and of a method that is not', async () => {
    const domain = { domain: 'conf.example', subdomain: 'em1', automatic_security: true };
    await request('POST', '/v3/whitelabel/domains', domain);
    expect((await errorOf(request('POST', '/v3/whitelabel/domains', domain))).response.body).toEqual({
      errors: [
        problem('An authenticated domain already exists for this URL. Please use a unique subdomain.'),
      ],
    });
    const error = await errorOf(request('GET', '/v3/mail/send'));
    expect([error.code, error.response.body]).toEqual([405, { errors: [problem('method not allowed')] }]);
  });
});

describe('@sendgrid/eventwebhook', () => {
  it('verifies a post with the key that the API gives, and no other post', async () => {
    const seen = sandbox.webhook.requests.length;
    await mail.send({ ...ticket(), subject: 'Grüße 🎟', customArgs: { word: 'Grüße' } });
    await sandbox.webhook.until((posts) => posts.length > seen);
    const post = sandbox.webhook.requests[seen];
    const [, { public_key: publicKey }] = (await client.request({
      method: 'GET',
      url: '/v3/user/webhooks/event/settings/signed',
    })) as [unknown, { public_key: string }];

    const webhook = new EventWebhook();
    const key = webhook.convertPublicKeyToECDSA(publicKey);
    const header = (name: string): string => String(post?.headers[name.toLowerCase()]);
    const signature = header(EventWebhookHeader.SIGNATURE());
    const timestamp = header(EventWebhookHeader.TIMESTAMP());
    const body = post?.body ?? Buffer.alloc(0);
    const verify = (payload: Buffer, at = timestamp): boolean =>
      webhook.verifySignature(key, payload, signature, at);
    expect(verify(body)).toBe(true);
    expect(verify(Buffer.from(body.toString().replace('ann@', 'eve@')))).toBe(false);
    expect(verify(body.subarray(0, -2))).toBe(false);
    expect(verify(body, String(Number(timestamp) + 1))).toBe(false);
  });
});
