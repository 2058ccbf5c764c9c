import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecipientChoiceV1, SendRequestedV1 } from '@qflow/contracts';
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

const wide = { viewport: { width: 1280, height: 800 } };
const template = {
  subject: 'Your ticket',
  html: '<p>{{event}}</p><p><a href="{{unsubscribe_link}}">Unsubscribe</a></p>',
};

interface Mailed {
  sendId: string;
  /** The link in the footer of the e-mail. */
  url: string;
}

/** Has an e-mail sent to a guest, and finds the link in what the e-mail says. */
async function mail(event: object = {}, address = 'a…@example.com'): Promise<Mailed> {
  const eventId = await gateway.event(user, event);
  const { id: commsTemplateId } = gateway.fakes.template(user.accountId, eventId);
  const { body } = await gateway.call('POST', '/api/guest', {
    token: user.token,
    body: { eventId, firstName: 'Ada', email: 'ada@example.com', commsTemplateId },
  });
  const { merge, sendId } = await eventually(async () =>
    (await gateway.platform.messages.inStream<SendRequestedV1>('SENDS')).find(
      ({ attendeeId }) => attendeeId === body.id,
    ),
  );
  gateway.fakes.sender.standings.set(sendId, {
    accountId: user.accountId,
    address,
    eventId,
    unsubscribed: false,
    decidedAt: null,
  });
  const parsed = parseTemplate(template);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  const { html } = renderTemplate(parsed.template, merge);
  const { pathname } = new URL(/href="([^"]+)"/.exec(html)?.[1] ?? '');
  return { sendId, url: gateway.service.url + pathname };
}

const choicesOf = async (sendId: string): Promise<string[]> =>
  (await gateway.platform.messages.inStream<RecipientChoiceV1>('SENDS'))
    .filter((one) => one.kind === 'recipient.choice' && one.sendId === sendId)
    .map(({ choice }) => choice);

const hostile = {
  title: 'Gala </title><script>alert(1)</script> \u202E 👩🏽‍💻',
  companyName: `${'M'.repeat(90)}<img src=x onerror=alert(1)>`,
};

describe('the unsubscribe page', () => {
  it.each([
    ['light', 'a phone', phone, {}, undefined],
    ['dark', 'a phone', phone, {}, undefined],
    ['light', 'a desk', wide, {}, undefined],
    ['dark', 'a desk', wide, {}, undefined],
    ['light', 'a phone, hostile names', phone, hostile, `w…@${'x'.repeat(180)}.example`],
    [
      'dark',
      'a phone of 320 pixels',
      { ...phone, viewport: { width: 320, height: 568 } },
      hostile,
      undefined,
    ],
  ] as const)(
    'fits and reads in every state (%s, %s)',
    async (colorScheme, _what, screen, event, address) => {
      const { url } = await mail(event, address);
      const { page, trouble } = await browser.open(url, { ...screen, colorScheme });
      for (const [heading, button] of [
        ['Unsubscribe?', 'Unsubscribe'],
        ['You are unsubscribed', 'Subscribe again'],
        ['You are subscribed again', 'Unsubscribe'],
      ] as const) {
        await page.getByRole('heading', { name: heading, exact: true }).waitFor();
        const { overflow, targets, contrast } = await auditOf(page);
        expect([overflow, targets.length, contrast >= 4.5]).toEqual([0, 1, true]);
        for (const { width, height } of targets) expect([height >= 44, width >= 200]).toEqual([true, true]);
        expect(await page.locator('script, img').count()).toBe(0);
        await page.getByRole('button', { name: button, exact: true }).click();
      }
      expect(trouble).toEqual([]);
      await page.context().close();
    },
  );

  it('says whose e-mail it was, about what and for which address', async () => {
    const { url } = await mail();
    const { page } = await browser.open(url);
    expect(await page.getByRole('heading').allInnerTexts()).toEqual(['Unsubscribe?']);
    const text = await page.locator('main').innerText();
    for (const part of ['Summer Gala', 'Analytical Events', 'a…@example.com']) expect(text).toContain(part);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.context().close();
  });

  it.each([true, false])(
    'unsubscribes, confirms it also after a reload, and takes it back (scripts allowed: %s)',
    async (javaScriptEnabled) => {
      const { url, sendId } = await mail();
      const { page, trouble } = await browser.open(url, { ...phone, javaScriptEnabled });
      await page.getByRole('button', { name: 'Unsubscribe' }).tap();
      await page.getByText('a…@example.com gets no more e-mails from Analytical Events.').waitFor();
      await page.reload();
      expect(await page.getByRole('status').innerText()).toContain('gets no more e-mails');
      expect(await page.getByRole('heading').innerText()).toBe('You are unsubscribed');

      await page.getByRole('button', { name: 'Subscribe again' }).tap();
      await page.getByText('a…@example.com gets e-mails from Analytical Events again.').waitFor();
      await page.reload();
      expect(await page.getByRole('heading').innerText()).toBe('You are subscribed again');

      // What one was shown before, from the browser's history.
      await page.goBack();
      expect(await page.getByRole('heading').innerText()).toBe('You are subscribed again');
      await eventually(async () => (await choicesOf(sendId)).length === 2);
      expect(await choicesOf(sendId)).toEqual(['unsubscribe', 'resubscribe']);
      expect(trouble).toEqual([]);
      await page.context().close();
    },
  );

  it('can be used from a keyboard, and shows where one is', async () => {
    const { url, sendId } = await mail();
    const { page } = await browser.open(url, wide);
    for (const heading of ['You are unsubscribed', 'You are subscribed again']) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).toBe('solid');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: heading }).waitFor();
    }
    await eventually(async () => (await choicesOf(sendId)).length === 2);
    await page.context().close();
  });

  it('answers who follows no redirect with a page that leads on', async () => {
    const { url } = await mail();
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: form,
      body: 'List-Unsubscribe=One-Click',
    });
    const { page } = await browser.open(url);
    await page.setContent(await answer.text());
    expect(await page.getByRole('heading').innerText()).toBe('You are unsubscribed');
    expect(await page.getByRole('link').innerText()).toBe('See or change your choice');
    await page.context().close();
  });
});

describe('a mail scanner', () => {
  it('that opens every address of the e-mail and of the page behind it unsubscribes nobody', async () => {
    const { url, sendId } = await mail();
    const { page } = await browser.open(url);
    const inPage = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[href], [action], [src]')].map((one) => one.href || one.action || one.src)`,
    );
    const addresses = [url, ...inPage].filter((address) => address.startsWith('http'));
    expect(addresses).toHaveLength(2);
    for (const address of addresses)
      for (const method of ['GET', 'HEAD', 'OPTIONS'])
        expect((await fetch(address, { method })).status).toBeLessThan(500);
    await page.reload();
    expect(await page.getByRole('heading').innerText()).toBe('Unsubscribe?');
    expect(await choicesOf(sendId)).toEqual([]);
    await page.context().close();
  });
});

describe('pages of trouble', () => {
  it.each(['light', 'dark'] as const)('a link that is cut off says so (%s)', async (colorScheme) => {
    const { url } = await mail();
    const { page, trouble } = await browser.open(url.slice(0, -5), { ...phone, colorScheme });
    expect(await page.getByRole('heading').innerText()).toBe('This link does not work');
    expect(await page.getByRole('button').count()).toBe(0);
    const audit = await auditOf(page);
    expect([audit.overflow, audit.contrast >= 4.5]).toEqual([0, true]);
    expect(trouble.filter((one) => !one.includes('status of 404'))).toEqual([]);
    await page.context().close();
  });

  it('a form that somebody has tampered with changes nothing, and leads back', async () => {
    const { url, sendId } = await mail();
    const { page } = await browser.open(url);
    await page.evaluate(`document.querySelector('button').value = 'everything'`);
    await page.getByRole('button').tap();
    await page.getByRole('heading', { name: 'Nothing was changed' }).waitFor();
    const { overflow, contrast } = await auditOf(page);
    expect([overflow, contrast >= 4.5]).toEqual([0, true]);
    await page.getByRole('link').tap();
    await page.getByRole('heading', { name: 'Unsubscribe?' }).waitFor();
    expect(await choicesOf(sendId)).toEqual([]);
    await page.context().close();
  });
});
