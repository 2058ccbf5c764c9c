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

  it.each(['/inbox/messages/nope', '/inbox/messages/nope/html', '/inbox/view/nope', '/inbox/view/%00'])(
    'answers %s with 404',
    async (path) => {
      expect((await page(path)).status).toBe(404);
    },
  );

  it('has a page for people, to which / leads', async () => {
    const home = await page('/');
    expect([home.status, home.headers.get('location')]).toEqual([302, '/inbox']);
    expect(await (await page('/inbox')).text()).toContain('No mail yet');
    await sandbox.send(mail('ann@example.com'));
    const html = await (await page('/inbox?q=ann')).text();
    expect(html).toContain(`href="/inbox/view/${await newest()}"`);
    expect(await (await page('/inbox?q=nobody')).text()).toContain('No message matches');
    expect((await page('/inbox/style.css')).headers.get('content-type')).toMatch(/^text\/css/);
  });

  it('shows a message with its frame, and escapes every value', async () => {
    const evil = '"><script>alert(1)</script>';
    await sandbox.send(
      mail('ann@example.com', {
        personalizations: [{ to: [{ email: 'ann@example.com', name: evil }], headers: { 'X-Evil': evil } }],
        from: { email: 'events@conf.example', name: evil },
        subject: evil,
        custom_args: { [evil]: evil },
        attachments: [{ content: 'YQ==', filename: evil }],
        template_id: evil,
        content: [
          { type: 'text/plain', value: `</pre>${evil}` },
          { type: 'text/html', value: evil },
        ],
      }),
    );
    const id = await newest();
    for (const path of ['/inbox', `/inbox?q=${encodeURIComponent(evil)}`, `/inbox/view/${id}`]) {
      const answer = await page(path);
      const html = await answer.text();
      expect(answer.status).toBe(200);
      expect(html).toContain('&lt;script&gt;');
      expect(html).not.toContain('<script');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    const view = await (await page(`/inbox/view/${id}`)).text();
    expect(view).toMatch(
      new RegExp(`<iframe src="/inbox/messages/${id}/html\\?frame=1"[^>]* sandbox="allow-popups`),
    );
    expect(view).not.toContain('allow-same-origin');
  });

  it('answers a search that nobody expects', async () => {
    for (const query of ['?q=a&q=b', '?after=nope', '?q[x]=1', '?q=%', `?q=${'x'.repeat(5000)}`]) {
      expect((await page(`/inbox${query}`)).status).toBe(200);
    }
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
      expect((await fetch(`${sandbox.url}${oldest}/html`)).status).toBe(410);
      const view = await fetch(`${sandbox.url}/inbox/view/${messages[2]?.id}`);
      expect(await view.text()).toContain('given up to make room');
      expect((await fetch(`${sandbox.url}/inbox/messages/${messages[0]?.id}/html`)).status).toBe(200);
    } finally {
      await sandbox.close();
    }
  });
});
