import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mail, startSandbox, type TestSandbox } from './start-sandbox.js';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.call('POST', '/reset'));

const page = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(sandbox.url + path, { redirect: 'manual', ...init });

const post = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  page(path, { method: 'POST', body: new URLSearchParams(form), headers });

async function send(to: string, changes: Record<string, unknown> = {}): Promise<string> {
  const answer = await sandbox.send(mail(to, changes));
  return `${answer.headers.get('x-message-id')}.0`;
}

describe('the pages', () => {
  it('begin at /', async () => {
    const home = await page('/');
    expect([home.status, home.headers.get('location')]).toEqual([302, '/inbox']);
    const list = await page('/inbox');
    expect([list.status, list.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it.each(['/inbox', '/inbox/start', '/inbox/faults', '/inbox/reset', '/inbox/view/nope'])(
    '%s may run scripts and load styles of our own, and nothing else',
    async (path) => {
      const { headers } = await page(path);
      expect(headers.get('content-security-policy')?.split('; ').sort()).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "frame-src 'self'",
        'img-src data:',
        "script-src 'self'",
        "style-src 'self'",
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it('have their style and scripts, and no other file', async () => {
    for (const [file, type] of [
      ['style.css', 'text/css'],
      ['page.js', 'text/javascript'],
      ['morph.js', 'text/javascript'],
    ]) {
      const answer = await page(`/inbox/assets/${file}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
      expect(await answer.text()).not.toContain('sourceMappingURL');
    }
    for (const file of ['nope.js', '..%2f..%2fmain.js', '%00'])
      expect((await page(`/inbox/assets/${file}`)).status).toBe(404);
  });

  it.each([
    '?q=a&q=b',
    '?after=nope',
    '?q[x]=1',
    '?q=%',
    `?q=${'x'.repeat(5000)}`,
    '?state=nope',
    '?done=nope',
    '?q=a%3D',
  ])('answer what nobody expects: %s', async (query) => {
    const id = await send('ann@example.com');
    for (const path of ['/inbox', '/inbox/start', '/inbox/faults', `/inbox/view/${id}`])
      expect((await page(path + query)).status).toBe(200);
  });

  it.each(['/inbox/view/nope', '/inbox/view/%00', '/inbox/view/nope/frame'])(
    'answer %s with 404',
    async (path) => {
      expect((await page(path)).status).toBe(404);
    },
  );

  it('escape every value', async () => {
    const evil = '"><script>alert(1)</script>';
    const id = await send('ann@example.com', {
      personalizations: [{ to: [{ email: 'ann@example.com', name: evil }], headers: { 'X-Evil': evil } }],
      from: { email: 'events@conf.example', name: evil },
      subject: evil,
      custom_args: { [evil]: evil },
      attachments: [{ content: 'YQ==', filename: evil }],
      content: [
        { type: 'text/plain', value: `</pre>${evil}` },
        { type: 'text/html', value: evil },
      ],
    });
    await sandbox.call('POST', '/faults/rules', { match: { to: evil }, fault: 'slow' });
    const tabs = ['html', 'text', 'source', 'headers', 'events', 'details'].map(
      (tab) => `/inbox/view/${id}?tab=${tab}`,
    );
    for (const path of ['/inbox', `/inbox?q=${encodeURIComponent(evil)}`, '/inbox/faults', ...tabs]) {
      const answer = await page(path);
      const html = await answer.text();
      expect(answer.status).toBe(200);
      expect(html).toContain('&lt;script&gt;');
      expect(html.match(/<script/g)).toHaveLength(1);
    }
    expect(await (await page(`/inbox/view/${id}`)).text()).toMatch(
      /<iframe [^>]* sandbox="allow-popups allow-popups-to-escape-sandbox">/,
    );
  });

  it('do not repeat a host that is none in a command', async () => {
    const { hostname, port } = new URL(sandbox.url);
    const { request } = await import('node:http');
    const html = await new Promise<string>((resolve, reject) => {
      request({ hostname, port, path: '/inbox/start', headers: { host: "x'; rm -rf ~ #" } }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    expect(html).not.toContain('rm -rf');
  });

  it('keep the HTML of a mail from loading anything, and let it when that is wanted', async () => {
    const id = await send('ann@example.com');
    const policy = async (query: string): Promise<string> =>
      (await page(`/inbox/view/${id}/frame${query}`)).headers.get('content-security-policy') ?? '';
    expect(await policy('')).toMatch(
      /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:;/,
    );
    expect(await policy('?remote=on')).toContain('img-src http: https: data:');
    for (const query of ['', '?remote=on'])
      expect(await policy(query)).not.toMatch(/script|allow-same-origin|allow-top/);
  });
});

describe('waiting for a page to change', () => {
  const ask = (path: string, etag: string, wait = 'wait=25'): Promise<Response> =>
    page(path, { headers: { 'if-none-match': etag, prefer: wait } });
  const tagOf = async (path: string): Promise<string> => (await page(path)).headers.get('etag') ?? '';

  it('is answered as soon as it looks different', async () => {
    const waiting = ask('/inbox', await tagOf('/inbox'));
    await send('ann@example.com', { subject: 'Here it is' });
    const answer = await waiting;
    expect(await answer.text()).toContain('Here it is');
    expect(answer.headers.get('etag')).not.toBe(await tagOf('/inbox/start'));
  });

  it('is answered at once when it has changed already', async () => {
    const before = await tagOf('/inbox');
    await send('ann@example.com');
    expect((await ask('/inbox', before)).status).toBe(200);
  });

  it('is answered 304 when nothing happens, and at once without a wish to wait', async () => {
    const tag = await tagOf('/inbox/faults');
    expect((await ask('/inbox/faults', tag, 'wait=1')).status).toBe(304);
    for (const wait of ['', 'wait=0', 'wait=x', 'respond-async'])
      expect((await ask('/inbox/faults', tag, wait)).status).toBe(304);
  });
});

describe('a form from elsewhere', () => {
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'not an origin' },
  ];

  it.each(foreign)('is refused (%j)', async (headers) => {
    const id = await send('ann@example.com');
    const attempts = [
      ['/inbox/reset', { what: 'all' }],
      ['/inbox/faults', { rate500: '100' }],
      ['/inbox/faults/rules', { fault: 'slow' }],
      ['/inbox/start/sample', { to: 'ann@example.com' }],
      [`/inbox/view/${id}/events`, { event: 'bounce' }],
      // REST, too, as far as forms reach it.
      ['/reset', {}],
      [`/inbox/messages/${id}/events`, { event: 'bounce' }],
      ['/events', { event: 'account_status_change' }],
    ] as const;
    for (const [path, form] of attempts)
      expect([path, (await post(path, form, headers)).status]).toEqual([path, 403]);
    expect(await sandbox.call('GET', '/inbox/stats')).toMatchObject({ messages: 1 });
    expect(await sandbox.call('GET', '/faults')).toMatchObject({ rate500: 0 });
  });

  const own: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ];
  it.each(own)('is none when it comes from here (%j)', async (headers) => {
    expect((await post('/inbox/faults', { rate500: '5' }, headers)).status).toBe(303);
    const origin = { origin: sandbox.url };
    expect((await post('/inbox/faults/off', {}, { ...headers, ...origin })).status).toBe(303);
  });
});

describe('forms', () => {
  it('lead back to where one was', async () => {
    const id = await send('ann@example.com');
    const answer = await post(`/inbox/view/${id}/events`, { event: 'open', q: 'ann', state: 'open' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/inbox/view/${id}?q=ann&state=open&tab=events&done=event#e-2`,
    ]);
  });

  it('with nonsense change nothing and say why', async () => {
    const id = await send('ann@example.com');
    const said = async (path: string, form: Record<string, string> = {}): Promise<[number, string]> => {
      const answer = await post(path, form);
      return [answer.status, /<p id="flash" role="status">([^]*?)<\/p>/.exec(await answer.text())?.[1] ?? ''];
    };
    expect(await said(`/inbox/view/${id}/events`, { event: 'explode' })).toEqual([
      400,
      expect.stringContaining('event: must be one of'),
    ]);
    expect(await said(`/inbox/view/${id}/events`)).toEqual([
      400,
      expect.stringContaining('event: must be one of'),
    ]);
    expect(await said('/inbox/faults', { rate500: '101', rate418: '1', slowMs: 'x' })).toEqual([
      400,
      expect.stringMatching(/rate500: .*rate418: .*slowMs: /),
    ]);
    expect(await said('/inbox/faults/rules', { fault: 'nope', percent: '0' })).toEqual([
      400,
      expect.stringMatching(/fault: .*probability: /),
    ]);
    expect(await said('/inbox/reset')).toEqual([400, expect.stringContaining('say what is to go')]);
    expect(await said('/inbox/start/sample', { to: 'nobody' })).toEqual([
      400,
      expect.stringContaining('valid address'),
    ]);
    expect(await sandbox.call('GET', '/faults')).toMatchObject({ rate500: 0, slowMs: 2000 });
    expect(await sandbox.call('GET', '/faults/rules')).toEqual({ rules: [] });
    expect(await sandbox.call('GET', '/inbox/stats')).toMatchObject({ messages: 1 });
  });

  it('for what is gone meanwhile say so', async () => {
    const gone = await post('/inbox/view/nope/events', { event: 'open' });
    expect((await page(gone.headers.get('location') ?? '')).status).toBe(404);
    expect((await post('/inbox/faults/rules/r99/delete')).status).toBe(303);
  });
});

describe('an inbox that is short of memory', () => {
  it('shows what is left of a message', async () => {
    const small = await startSandbox({ SANDBOX_INBOX_CONTENT_MB: '1' });
    try {
      const content = [{ type: 'text/html', value: `<p>${'x'.repeat(400_000)}</p>` }];
      const first = await small.send(mail('ann@example.com', { content }));
      for (const name of ['ben', 'cy']) await small.send(mail(`${name}@example.com`, { content }));
      const view = `${small.url}/inbox/view/${first.headers.get('x-message-id')}.0`;
      for (const tab of ['', '?tab=html', '?tab=text', '?tab=source', '?tab=headers', '?tab=details']) {
        const answer = await fetch(view + tab);
        expect([tab, answer.status]).toEqual([tab, 200]);
        expect(await answer.text()).toContain('given up to make room');
      }
      expect((await fetch(`${view}/frame`)).status).toBe(410);
    } finally {
      await small.close();
    }
  });
});
