import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SendRequestedV1 } from '@qflow/contracts';
import { parseTemplate, renderTemplate } from '@qflow/rendering';
import { eventually, phone, TestBrowser } from '@qflow/testing';
import { auditOf } from './support/page-audit.js';
import { TestGateway, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let browser: TestBrowser;
let user: TestUser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([TestGateway.start(), TestBrowser.start()]);
  user = await gateway.user();
});
afterAll(async () => {
  await browser.stop();
  await gateway.stop();
});

/** An e-mail with both links, as a template renders it. */
const template = {
  subject: 'Will you come, {{firstname}}?',
  html: '<p>{{event}}</p><a href="{{rsvplink_yes}}">Yes</a> <a href="{{rsvplink_no}}">No</a><img src="{{barcode_qr}}">',
};

interface Invited {
  id: string;
  yes: string;
  no: string;
  /** Every address in the e-mail. */
  all: string[];
}

/** Invites a guest by e-mail, and finds the links in what the e-mail says. */
async function invite(guest: object = {}, event: object = {}): Promise<Invited> {
  const eventId = await gateway.event(user, event);
  const { id: commsTemplateId } = gateway.fakes.template(user.accountId, eventId);
  const { body } = await gateway.call('POST', '/api/guest', {
    token: user.token,
    body: {
      eventId,
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.com',
      commsTemplateId,
      ...guest,
    },
  });
  const { merge } = await eventually(async () =>
    (await gateway.platform.messages.inStream<SendRequestedV1>('SENDS')).find(
      ({ attendeeId }) => attendeeId === body.id,
    ),
  );
  const parsed = parseTemplate(template);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  const { html } = renderTemplate(parsed.template, merge);
  const here = ({ pathname }: URL): string => gateway.service.url + pathname;
  const all = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => here(new URL(String(match[1]))));
  const [yes = '', no = ''] = all;
  return { id: String(body.id), yes, no, all };
}

const answerOf = async (id: string): Promise<unknown> =>
  (await gateway.call('GET', `/api/guest/${id}`, { token: user.token })).body.rsvp;

describe('the RSVP page on a phone', () => {
  it.each([
    ['light', 'an ordinary event', {}, {}],
    ['dark', 'an ordinary event', {}, {}],
    [
      'light',
      'names without a space',
      { firstName: 'W'.repeat(200), lastName: '<img src=x onerror=alert(1)>' },
      {
        title: 'M'.repeat(300),
        companyName: '<b>'.repeat(100),
        timeZoneId: 'America/Argentina/ComodRivadavia',
      },
    ],
    [
      'dark',
      'hostile names',
      { firstName: '\u202Eأدا' },
      { title: 'Gala </title><script>alert(1)</script> \u202E 👩🏽‍💻' },
    ],
  ] as const)('fits, reads and can be tapped (%s, %s)', async (colorScheme, _what, guest, event) => {
    const { yes } = await invite(guest, event);
    const { page, trouble } = await browser.open(yes, { ...phone, colorScheme });
    const audit = await auditOf(page);
    expect(audit.overflow).toBe(0);
    expect(audit.targets).toHaveLength(2);
    for (const { width, height } of audit.targets) {
      expect(height).toBeGreaterThanOrEqual(44);
      expect(width).toBeGreaterThanOrEqual(200);
    }
    expect(audit.contrast).toBeGreaterThanOrEqual(4.5);
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('button', { name: "Yes, I'll be there" }).tap();
    await page.getByRole('status').waitFor();
    expect((await auditOf(page)).contrast).toBeGreaterThanOrEqual(4.5);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('shows event, time, host and guest, one heading and two buttons', async () => {
    const { yes } = await invite();
    const { page } = await browser.open(yes);
    expect(await page.getByRole('heading').allInnerTexts()).toEqual(['Summer Gala']);
    const text = await page.locator('main').innerText();
    for (const part of [
      'Saturday 21 June 2036\n19:30 – 23:00\n',
      'Europe/London time',
      'Analytical Events',
      'Ada Lovelace',
    ])
      expect(text).toContain(part);
    expect(await page.getByRole('button').allInnerTexts()).toEqual([
      "Yes, I'll be there",
      "No, I can't come",
    ]);
    await page.context().close();
  });

  it.each([true, false])(
    'takes an answer, shows it and takes another (scripts allowed: %s)',
    async (javaScriptEnabled) => {
      const { id, yes } = await invite();
      const { page, trouble } = await browser.open(yes, { ...phone, javaScriptEnabled });
      expect(await answerOf(id)).toBeNull();

      await page.getByRole('button', { name: "Yes, I'll be there" }).tap();
      await page.getByText('Your answer is noted: you will be there.').waitFor();
      expect(await answerOf(id)).toBe('yes');

      await page.reload();
      expect(await page.getByRole('status').innerText()).toContain('you will be there');
      expect(await answerOf(id)).toBe('yes');

      await page.getByRole('button', { name: "No, I can't come" }).tap();
      await page.getByText('Your answer is noted: you cannot come.').waitFor();
      expect(await answerOf(id)).toBe('no');

      await page.goto(yes);
      await page.getByText('So far you have answered that you cannot come.').waitFor();
      await page.getByRole('button', { name: "Yes, I'll be there" }).tap();
      await page.getByText('Your answer is noted: you will be there.').waitFor();
      expect(await answerOf(id)).toBe('yes');
      expect(trouble).toEqual([]);
      await page.context().close();
    },
  );

  it('can be used from a keyboard, and shows where one is', async () => {
    const { id, no } = await invite();
    const { page } = await browser.open(no, { viewport: { width: 1280, height: 800 } });
    await page.keyboard.press('Tab');
    const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    expect(await answerOf(id)).toBe('no');
    await page.context().close();
  });
});

describe('a mail scanner', () => {
  it('that opens every address of the e-mail and of the pages behind them answers nothing', async () => {
    const { id, yes, all } = await invite();
    const { page } = await browser.open(yes);
    const inPage = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[href], [action], [src]')].map((one) => one.href || one.action || one.src)`,
    );
    const addresses = [...all, ...inPage].filter((address) => address.startsWith('http'));
    expect(addresses).toHaveLength(5);
    for (const address of addresses)
      for (const method of ['GET', 'HEAD', 'OPTIONS'])
        expect((await fetch(address, { method })).status).toBeLessThan(500);
    await browser.open(yes, { ...phone, extraHTTPHeaders: { 'Sec-Purpose': 'prefetch;prerender' } });
    expect(await answerOf(id)).toBeNull();
    await page.context().close();
  });
});

describe('links that lead nowhere any more', () => {
  it.each([
    ['has expired', 410, 'This link has expired'],
    ['is cut off', 404, 'This link does not work'],
  ])('a link that %s says so on a page', async (what, status, heading) => {
    const past = { startTime: '2020-06-21T20:00', endTime: '2020-06-21T23:00' };
    const { yes } = await invite({}, status === 410 ? past : {});
    const { page, trouble } = await browser.open(status === 410 ? yes : yes.slice(0, -5));
    expect(await page.getByRole('heading').innerText()).toBe(heading);
    expect(await page.getByRole('button').count()).toBe(0);
    const audit = await auditOf(page);
    expect([audit.overflow, audit.contrast >= 4.5]).toEqual([0, true]);
    expect(trouble.filter((one) => !one.includes(`status of ${status}`))).toEqual([]);
    await page.context().close();
  });
});
