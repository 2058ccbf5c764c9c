import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mail, startSandbox, type TestSandbox } from './start-sandbox.js';

interface Listed {
  messages: { id: string; to: string; subject: string }[];
  next: string | null;
}

describe('the inbox', () => {
  let sandbox: TestSandbox;
  const list = (query = ''): Promise<Listed> => sandbox.call('GET', `/inbox/messages${query}`);
  const page = (path: string): Promise<Response> => fetch(sandbox.url + path, { redirect: 'manual' });
  const newest = async (): Promise<string> => (await list()).messages[0]?.id ?? '';

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.call('DELETE', '/inbox/messages'));

  it('lists by recipient, subject and custom argument, newest first', async () => {
    for (const name of ['ann', 'ben', 'cy']) {
      const changes = { subject: `Ticket of ${name}`, custom_args: { qflow_send_id: `s-${name}` } };
      await sandbox.send(mail(`${name}@example.com`, changes));
    }
    const subjects = async (query: string) => (await list(query)).messages.map((message) => message.subject);
    expect(await subjects('')).toEqual(['Ticket of cy', 'Ticket of ben', 'Ticket of ann']);
    expect(await subjects('?to=BEN@example.com')).toEqual(['Ticket of ben']);
    expect(await subjects('?subject=of%20a')).toEqual(['Ticket of ann']);
    expect(await subjects('?customArg.qflow_send_id=s-cy')).toEqual(['Ticket of cy']);
    const first = await list('?limit=2');
    expect((await list(`?limit=2&after=${first.next}`)).messages.map((message) => message.to)).toEqual([
      'ann@example.com',
    ]);
  });

  it('lets a test wait for its mail', async () => {
    const waiting = list('?to=ann@example.com&wait=60s');
    await sandbox.send(mail('ben@example.com'));
    await sandbox.send(mail('ann@example.com'));
    expect((await waiting).messages).toMatchObject([{ to: 'ann@example.com', subject: 'Your ticket' }]);
  });

  it('lets a test wait for so much mail, and says what there is instead', async () => {
    const waiting = list('?subject=ticket&count=2&wait=60s');
    await sandbox.send(mail('ann@example.com'));
    await sandbox.send(mail('ben@example.com'));
    expect((await waiting).messages).toHaveLength(2);
    const answer = await page('/inbox/messages?subject=ticket&count=3&wait=10ms');
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      {
        status: 409,
        detail: 'Expected at least 3 messages with subject=ticket within 0.01 s, but there are 2.',
        messages: [{ to: 'ben@example.com' }, { to: 'ann@example.com' }],
        next: null,
      },
    ]);
  });

  it('lets a test make sure that no mail comes', async () => {
    expect(await list('?to=ann@example.com&absent=10ms')).toEqual({ messages: [], next: null });
    const waiting = page('/inbox/messages?to=ann@example.com&absent=60s');
    await sandbox.send(mail('ben@example.com'));
    await sandbox.send(mail('ann@example.com'));
    const answer = await waiting;
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      {
        detail: expect.stringMatching(
          /^Expected no message with to=ann@example.com within 60 s, but there is “Your ticket” to ann@example.com, /,
        ),
        messages: [{ to: 'ann@example.com' }],
      },
    ]);
  });

  it('finds mail by what has happened to it', async () => {
    for (const name of ['bounced', 'blocked', 'opened']) await sandbox.send(mail(`${name}@sandbox.test`));
    const to = async (event: string) => (await list(`?event=${event}`)).messages.map((message) => message.to);
    expect(await to('open')).toEqual(['opened@sandbox.test']);
    expect(await to('bounce')).toEqual(['blocked@sandbox.test', 'bounced@sandbox.test']);
    expect(await to('blocked')).toEqual(['blocked@sandbox.test']);
    expect(await to('spamreport')).toEqual([]);
  });

  it('answers a misspelt filter with 400 that names it', async () => {
    const answer = await page('/inbox/messages?subjekt=x&wait=soon');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(await answer.json()).toMatchObject({
      status: 400,
      errors: [{ path: 'subjekt' }, { path: 'wait' }],
    });
  });

  it('shows everything of a message', async () => {
    const answer = await sandbox.send(
      mail('opened@sandbox.test', {
        reply_to: { email: 'help@conf.example' },
        headers: { 'List-Unsubscribe': '<https://conf.example/u>' },
        custom_args: { qflow_send_id: 's1' },
        categories: ['tickets'],
        attachments: [{ content: 'aGVsbG8=', filename: 'ticket.txt' }],
      }),
    );
    const messageId = answer.headers.get('x-message-id') ?? '';
    expect(await sandbox.call('GET', `/inbox/messages/${messageId}.0`)).toMatchObject({
      id: `${messageId}.0`,
      messageId,
      to: 'opened@sandbox.test',
      from: { email: 'events@conf.example', name: 'Conf & Co' },
      subject: 'Your ticket',
      text: 'Hello Ann',
      html: '<p>Hello <b>Ann</b>, <a href="https://rsvp.example/yes">yes</a></p>',
      customArgs: { qflow_send_id: 's1' },
      categories: ['tickets'],
      attachments: [{ filename: 'ticket.txt', type: 'application/octet-stream', bytes: 5 }],
      contentDropped: false,
      headers: {
        From: 'Conf & Co <events@conf.example>',
        'Reply-To': 'help@conf.example',
        To: 'Ann <opened@sandbox.test>',
        Subject: 'Your ticket',
        'List-Unsubscribe': '<https://conf.example/u>',
      },
      history: [{ event: 'processed' }, { event: 'delivered', details: { tls: 1 } }, { event: 'open' }],
    });
  });

  it('shows the source of a message, attachments and all, as a mail server would get it', async () => {
    await sandbox.send(
      mail('ann@example.com', {
        attachments: [{ content: 'aGVsbG8=', filename: 'ticket.txt', type: 'text/x' }],
      }),
    );
    const answer = await page(`/inbox/messages/${await newest()}/source`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const source = await answer.text();
    expect(source).toMatch(/^From: "?Conf & Co"? <events@conf\.example>\r\n/);
    expect(source).toContain('\r\nSubject: Your ticket\r\n');
    expect(source).toContain('aGVsbG8=');
  });

  it('hands attachments out, and lets none of them be anything to a browser', async () => {
    const evil = `x".html'();*\u{1F39F}\ud800`;
    const content = Buffer.from('<script>alert(1)</script>').toString('base64');
    await sandbox.send(
      mail('ann@example.com', {
        attachments: [
          { content, filename: evil, type: 'text/html' },
          { content: 'aGVsbG8=', filename: 'a.txt', type: 'täxt' },
        ],
      }),
    );
    const attachments = `/inbox/messages/${await newest()}/attachments`;
    const first = await page(`${attachments}/0`);
    expect(await first.text()).toBe('<script>alert(1)</script>');
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'text/html',
      'content-disposition': `attachment; filename*=UTF-8''x%22.html%27%28%29%3B%2A%F0%9F%8E%9F%EF%BF%BD`,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
    expect((await page(`${attachments}/1`)).headers.get('content-type')).toBe('application/octet-stream');
    for (const number of ['2', '-1', 'x', '0x0'])
      expect((await page(`${attachments}/${number}`)).status).toBe(404);
  });

  it('counts, and counts sends that were sent twice', async () => {
    const changes = { custom_args: { qflow_send_id: 's1' } };
    await sandbox.send(mail('ann@example.com', changes));
    await sandbox.send(mail('ann@example.com', changes));
    await sandbox.send(mail('ben@example.com', { custom_args: { qflow_send_id: 's2' } }));
    expect(await sandbox.call('GET', '/inbox/stats')).toMatchObject({
      messages: 3,
      accepted: 3,
      duplicates: 1,
    });
  });

  it('is empty after a reset', async () => {
    await sandbox.send(mail('ann@example.com'));
    await sandbox.call('DELETE', '/inbox/messages');
    expect(await list()).toEqual({ messages: [], next: null });
    expect(await sandbox.call('GET', '/inbox/stats')).toMatchObject({
      messages: 0,
      accepted: 0,
      duplicates: 0,
    });
  });

  it('serves the HTML of a mail as it was, and lets it do nothing', async () => {
    await sandbox.send(mail('ann@example.com'));
    const answer = await page(`/inbox/messages/${await newest()}/html`);
    expect(await answer.text()).toBe('<p>Hello <b>Ann</b>, <a href="https://rsvp.example/yes">yes</a></p>');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^sandbox allow-popups/);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script|allow-same-origin/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    '/inbox/messages/nope',
    '/inbox/messages/nope/html',
    '/inbox/messages/nope/source',
    '/inbox/messages/nope/attachments/0',
    '/inbox/view/nope',
    '/inbox/view/%00',
  ])('answers %s with 404', async (path) => {
    expect((await page(path)).status).toBe(404);
  });
});

describe('an inbox that is short of memory', () => {
  it('keeps the message and says that its body is gone', async () => {
    const sandbox = await startSandbox({ SANDBOX_INBOX_CONTENT_MB: '1' });
    try {
      const content = [{ type: 'text/html', value: `<p>${'x'.repeat(400_000)}</p>` }];
      for (const name of ['ann', 'ben', 'cy']) await sandbox.send(mail(`${name}@example.com`, { content }));
      const { messages } = await sandbox.call<Listed>('GET', '/inbox/messages');
      expect(messages).toHaveLength(3);
      const oldest = `/inbox/messages/${messages[2]?.id}`;
      expect(await sandbox.call('GET', oldest)).toMatchObject({
        to: 'ann@example.com',
        html: null,
        contentDropped: true,
      });
      for (const part of ['html', 'source', 'attachments/0'])
        expect((await fetch(`${sandbox.url}${oldest}/${part}`)).status).toBe(410);
      const view = await fetch(`${sandbox.url}/inbox/view/${messages[2]?.id}`);
      expect(await view.text()).toContain('given up to make room');
      expect((await fetch(`${sandbox.url}/inbox/messages/${messages[0]?.id}/html`)).status).toBe(200);
    } finally {
      await sandbox.close();
    }
  });
});
