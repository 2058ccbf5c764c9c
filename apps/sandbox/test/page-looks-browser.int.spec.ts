import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { phone, TestBrowser } from '@qflow/testing';
import { auditOf } from './page-audit.js';
import { mail, startSandbox, type TestSandbox } from './start-sandbox.js';

let sandbox: TestSandbox;
let browser: TestBrowser;
let ordinary: string;
let hostile: string;

const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)> \u202Egnp.exe ';

beforeAll(async () => {
  [sandbox, browser] = await Promise.all([startSandbox(), TestBrowser.start()]);
  const send = async (to: string, changes: object = {}): Promise<string> => {
    const answer = await sandbox.send(mail(to, { ...changes }));
    expect(await answer.text()).toBe('');
    return `${answer.headers.get('x-message-id')}.0`;
  };
  hostile = await send(`clicked+${'l'.repeat(50)}@sandbox.test`, {
    subject: evil + 'W'.repeat(500),
    from: { email: 'events@conf.example', name: evil + 'M'.repeat(100) },
    custom_args: { [`${evil}${'A'.repeat(100)}`]: evil + 'V'.repeat(2000) },
    categories: ['"><script>alert(1)</script>', 'c'.repeat(200)],
    template_id: 'd-0123456789abcdef0123456789abcdef',
    content: [
      { type: 'text/plain', value: `</pre>${evil}${'T'.repeat(3000)}` },
      {
        type: 'text/html',
        value: `${evil}<table width="9000"><tr><td><a href="https://x.example/${'u'.repeat(900)}">x</a></table>`,
      },
    ],
  });
  ordinary = await send('deferred+ann@sandbox.test');
  await sandbox.call('PUT', '/faults', { duplicateEvents: 0.01 });
  const match = { subject: 'N'.repeat(400), customArg: { a: evil } };
  await sandbox.call('POST', '/faults/rules', { match, fault: 'slow', times: 2 });
});
afterAll(async () => {
  await browser.stop();
  await sandbox.close();
});

const pages = [
  ['the list', () => '/inbox'],
  ['a search without a match', () => '/inbox?q=nobody&state=bounce'],
  ['how to send', () => '/inbox/start'],
  ['the faults', () => '/inbox/faults'],
  ['the reset', () => '/inbox/reset?done=calm'],
  ...['html', 'text', 'source', 'headers', 'events', 'details'].flatMap((tab) => [
    [`the ${tab} of a message`, () => `/inbox/view/${ordinary}?tab=${tab}`] as const,
    [`the ${tab} of a hostile message`, () => `/inbox/view/${hostile}?tab=${tab}`] as const,
  ]),
] as const;

const screens = [
  ['a small phone, light', { ...phone, viewport: { width: 320, height: 640 }, colorScheme: 'light' }],
  ['a wide screen, dark', { viewport: { width: 1600, height: 900 }, colorScheme: 'dark' }],
] as const;

describe.each(screens)('on %s', (_screen, options) => {
  it.each(pages)('%s fits, can be read and has names for everything', async (_page, address) => {
    const { page, trouble } = await browser.open(sandbox.url + address(), options);
    const audit = await auditOf(page);
    expect(audit).toMatchObject({ overflow: 0, nameless: [] });
    expect(audit.contrast).toBeGreaterThanOrEqual(4.5);
    expect(audit.shift).toBeLessThan(0.01);
    // The frame may complain of what the mail tried.
    expect(trouble.filter((one) => !address().includes('tab=html') || !one.startsWith('console'))).toEqual(
      [],
    );
    await page.context().close();
  });
});
