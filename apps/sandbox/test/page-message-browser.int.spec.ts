import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { closeClean, PageSession, type PostedEvent } from './page-session.js';

let session: PageSession;

beforeAll(async () => {
  session = await PageSession.start();
});
afterAll(() => session.stop());
beforeEach(() => session.reset());

describe('a message', () => {
  it('shows its HTML, text, source, headers, events and details', async () => {
    const id = await session.send('clicked+ann@sandbox.test', {
      subject: 'Grüße',
      headers: { 'X-Campaign': 'summer' },
      custom_args: { qflow_send_id: 'send-1' },
      categories: ['tickets'],
    });
    const watched = await session.open('/inbox');
    const { page } = watched;
    await page.getByRole('link', { name: 'Grüße' }).click();
    const frame = page.frameLocator('#mail');
    expect(await frame.locator('body').innerText()).toBe('Hello Ann, yes');
    const tab = async (name: string): Promise<string> => {
      await page
        .getByRole('navigation', { name: 'Parts of the message' })
        .getByRole('link', { name })
        .click();
      await page.waitForURL(new RegExp(`tab=${name.toLowerCase()}`));
      return page.locator('.body').innerText();
    };
    expect(await tab('Text')).toBe('Hello Ann');
    const source = await tab('Source');
    expect(source).toContain('Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=');
    expect(source).toContain('multipart/alternative');
    expect(await tab('Headers')).toMatch(/X-Campaign\s+summer/);
    expect(await tab('Details')).toMatch(/qflow_send_id\s+send-1[^]*tickets/);
    await tab('Events');
    expect(await page.locator('.history .tag').allInnerTexts()).toEqual([
      'processed',
      'delivered',
      'open',
      'click',
    ]);
    await page.getByText('posted', { exact: true }).nth(3).waitFor();
    await page.locator('.history li').nth(3).getByText('JSON').click();
    const json = JSON.parse(
      await page.locator('.history li').nth(3).locator('pre').innerText(),
    ) as PostedEvent;
    await session.sandbox.webhook.until(() => session.posted().length === 4);
    expect(session.posted()).toContainEqual(json);
    expect(json).toMatchObject({ event: 'click', qflow_send_id: 'send-1', category: 'tickets' });
    expect(session.pathOf(page)).toContain(`/inbox/view/${id}?`);
    await closeClean(watched);
  });

  it('can be shown as wide as on a phone', async () => {
    const id = await session.send('ann@example.com');
    const watched = await session.open(`/inbox/view/${id}`);
    const { page } = watched;
    const width = async (): Promise<number> => (await page.locator('#mail').boundingBox())?.width ?? 0;
    expect(await width()).toBeGreaterThan(600);
    await page.getByRole('link', { name: 'Phone' }).click();
    await page.locator('#mail.phone').waitFor();
    expect(await width()).toBe(390);
    await page.getByRole('link', { name: 'Desktop' }).click();
    await page.locator('#mail:not(.phone)').waitFor();
    await closeClean(watched);
  });

  it('loads nothing from elsewhere until that is wanted', async () => {
    const pixel = session.sandbox.webhook.url.replace('/hook', '/pixel.gif');
    const html = `<p>Hi</p><img src="${pixel}"><link rel="stylesheet" href="${pixel}"><p style="background: url(${pixel})">Ho</p>`;
    const id = await session.send('ann@example.com', { content: [{ type: 'text/html', value: html }] });
    // It is open once the frame is, with all that the mail may load.
    const { page } = await session.open(`/inbox/view/${id}`);
    await page.frameLocator('#mail').getByText('Ho').waitFor();
    const asked = (): boolean => session.sandbox.webhook.requests.some(({ path }) => path === '/pixel.gif');
    expect(asked()).toBe(false);
    await page.getByRole('link', { name: 'Load remote images' }).click();
    await session.sandbox.webhook.next(({ path }) => path === '/pixel.gif');
    await page.context().close();
  });

  it('that is gone says so', async () => {
    const { page } = await session.open('/inbox/view/nothing');
    expect(await page.getByRole('heading').innerText()).toBe('No such message');
    await page.keyboard.press('Escape');
    await page.getByText('No mail yet').waitFor();
    await page.context().close();
  });
});

describe('a hostile mail', () => {
  const page404 = '/nowhere';

  it('runs no script, and takes nobody anywhere', async () => {
    const html = `<html><head><meta http-equiv="refresh" content="0;url=${session.sandbox.url}${page404}"></head>
      <body onload="document.body.append('ran')"><script>document.body.append('ran'); top.location = '${page404}';</script>
      <img src="data:," onerror="document.body.append('ran')"><iframe src="${page404}"></iframe>
      <form action="${session.sandbox.url}/inbox/reset" method="post"><button name="what" value="all">Win</button></form>
      <a href="javascript:document.body.append('ran')" target="_self">script</a>
      <a href="${session.sandbox.url}${page404}" target="_top">top</a></body></html>`;
    const id = await session.send('ann@example.com', { content: [{ type: 'text/html', value: html }] });
    const { page, trouble } = await session.open(`/inbox/view/${id}`);
    const body = page.frameLocator('#mail');
    const complaint = (about: RegExp) =>
      page.waitForEvent('console', (message) => about.test(message.text()));
    await Promise.all([complaint(/allow-top-navigation/), body.getByRole('link', { name: 'top' }).click()]);
    await Promise.all([
      complaint(/Blocked form submission/),
      body.getByRole('button', { name: 'Win' }).click(),
    ]);
    await Promise.all([complaint(/script/i), body.getByRole('link', { name: 'script' }).click()]);
    expect(await body.locator('body').innerText()).not.toContain('ran');
    expect(session.pathOf(page)).toBe(`/inbox/view/${id}`);
    expect(trouble.filter((one) => !one.startsWith('console'))).toEqual([]);
    expect(await session.sandbox.call('GET', '/inbox/stats')).toMatchObject({ messages: 1 });
    await page.context().close();
  });

  it('opens its links in a tab of their own, which has no hold on the inbox', async () => {
    const html = `<a href="${session.sandbox.url}/inbox/assets/page.js" rel="opener">link</a>`;
    const id = await session.send('ann@example.com', { content: [{ type: 'text/html', value: html }] });
    const { page } = await session.open(`/inbox/view/${id}`);
    const [popup] = await Promise.all([
      page.context().waitForEvent('page'),
      page.frameLocator('#mail').getByRole('link').click(),
    ]);
    await popup.waitForURL(/page\.js/);
    expect(session.pathOf(page)).toBe(`/inbox/view/${id}`);
    await page.context().close();
  });

  it('stays text wherever it is shown', async () => {
    const evil = `'"><script>document.title = 'ran'</script><img src=x onerror="document.title = 'ran'">{{ title }}`;
    const id = await session.send('ann@example.com', {
      subject: evil,
      from: { email: 'events@conf.example', name: evil },
      custom_args: { [evil]: evil },
      headers: { 'X-Evil': evil },
      content: [{ type: 'text/plain', value: `</pre>${evil}` }],
    });
    for (const path of [
      '/inbox',
      `/inbox?q=${encodeURIComponent(evil)}`,
      ...['text', 'source', 'headers', 'events', 'details'].map((tab) => `/inbox/view/${id}?tab=${tab}`),
    ]) {
      const watched = await session.open(path);
      expect(await watched.page.locator('main').innerText()).toContain('<script>');
      expect(await watched.page.locator('img, main script').count()).toBe(0);
      await closeClean(watched);
    }
  });
});

describe('triggering events by hand', () => {
  it('shows them in the history and posts them, without leaving the page', async () => {
    const id = await session.send('ann@example.com', {
      content: [
        {
          type: 'text/html',
          value: '<a href="https://a.example/?x=1&amp;y=2">a</a><a href="https://b.example/">b</a>',
        },
      ],
    });
    const watched = await session.open(`/inbox/view/${id}?tab=events`);
    const { page } = watched;
    await page.evaluate("document.documentElement.dataset.mark = 'same page'");
    const names = [
      'Delivered',
      'Open',
      'Deferred',
      'Bounce',
      'Blocked',
      'Dropped',
      'Spam report',
      'Unsubscribe',
      'Group unsubscribe',
      'Group resubscribe',
    ];
    for (const name of names) {
      const before = await page.locator('.history li').count();
      const button = page.getByRole('button', { name, exact: true });
      await button.click();
      await page.locator('.history li').nth(before).waitFor();
      expect(await page.locator(':focus').innerText()).toBe(name);
    }
    await page.getByLabel('Link to click').selectOption('https://b.example/');
    await page.getByRole('button', { name: 'Click', exact: true }).click();
    await page.getByRole('status').getByText('It happened').waitFor();
    expect((await page.locator('.history .tag').allInnerTexts()).slice(2)).toEqual([
      'delivered',
      'open',
      'deferred',
      'bounce',
      'blocked',
      'dropped',
      'spamreport',
      'unsubscribe',
      'group_unsubscribe',
      'group_resubscribe',
      'click',
    ]);
    await page.locator('.history li').last().getByText('posted', { exact: true }).waitFor();
    await session.sandbox.webhook.until(() => session.posted().length === 13);
    expect(session.posted()).toContainEqual(
      expect.objectContaining({ event: 'click', url: 'https://b.example/' }),
    );
    expect(session.posted()).toContainEqual(expect.objectContaining({ event: 'bounce', type: 'blocked' }));
    expect(new Set(session.posted().map((event) => event.sg_event_id)).size).toBe(13);
    expect(await page.locator('html').getAttribute('data-mark')).toBe('same page');
    await closeClean(watched);
  });

  it('shows those that somebody else triggers, and keeps what is unfolded', async () => {
    const id = await session.send('ann@example.com');
    const watched = await session.open(`/inbox/view/${id}?tab=events`);
    const { page } = watched;
    await page.locator('.history li').first().getByText('JSON').click();
    await session.sandbox.call('POST', `/inbox/messages/${id}/events`, { event: 'spamreport' });
    await page.locator('.history').getByText('spamreport').first().waitFor();
    expect(await page.locator('.history details[open]').count()).toBe(1);
    expect(await page.locator('.head .tag').innerText()).toBe('spamreport');
    await closeClean(watched);
  });
});
