import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@qflow/testing';
import { arrived, closeClean, desk, PageSession, subjects } from './page-session.js';
import { mail, startSandbox } from './start-sandbox.js';

let session: PageSession;

beforeAll(async () => {
  session = await PageSession.start();
});
afterAll(() => session.stop());
beforeEach(() => session.reset());

describe('an empty inbox', () => {
  it('says how to send the first mail, and shows it when it has come', async () => {
    const watched = await session.open('/inbox');
    const { page } = watched;
    const text = await page.locator('main').innerText();
    for (const part of [
      'No mail yet',
      session.sandbox.url,
      'SG.test-key',
      'curl -i',
      '@sendgrid/mail',
      'bounced@sandbox.test',
    ])
      expect(text).toContain(part);
    await session.send('ann@example.com', { subject: 'The first' });
    await page.getByText('The first').waitFor();
    expect(await page.getByText('No mail yet').count()).toBe(0);
    await closeClean(watched);
  });

  it('sends itself a sample', async () => {
    const watched = await session.open('/inbox');
    const { page } = watched;
    await page.getByLabel('sample').selectOption('bounced@sandbox.test');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('A sample mail was accepted.').waitFor();
    expect(await page.locator('main .tag').allInnerTexts()).toEqual(['bounce']);
    expect(await subjects(page)).toEqual(['Your ticket for the Summer Gala']);
    await closeClean(watched);
  });
});

describe('the list', () => {
  it('shows new mail by itself, at the top and without losing the focus', async () => {
    await session.send('ann@example.com', { subject: 'Old' });
    const watched = await session.open('/inbox');
    const { page } = watched;
    await page.getByRole('link', { name: 'Old' }).focus();
    await session.send('ben@example.com', { subject: 'New' });
    await page.getByRole('link', { name: 'New' }).waitFor();
    expect(await subjects(page)).toEqual(['New', 'Old']);
    expect(await page.locator(':focus').innerText()).toContain('Old');
    expect(await page.title()).toContain('(2)');
    expect(await page.locator('#news').textContent()).toBe('1 new entry');
    await closeClean(watched);
  });

  it('searches recipient, sender, subject and custom arguments, and by state', async () => {
    await session.send('ann@example.com', { subject: 'One', custom_args: { qflow_send_id: 'send-1' } });
    await session.send('bounced+ben@sandbox.test', {
      subject: 'Two',
      custom_args: { qflow_send_id: 'send-2' },
    });
    await session.send('blocked@sandbox.test', {
      subject: 'Three',
      from: { email: 'news@other.example' },
    });
    const watched = await session.open('/inbox');
    const { page } = watched;
    const found = async (text: string): Promise<string[]> => {
      await page.getByRole('searchbox').fill(text);
      await page.getByRole('button', { name: 'Search' }).click();
      await page.waitForURL((url) => url.searchParams.get('q') === text);
      return subjects(page);
    };
    expect(await found('ANN@')).toEqual(['One']);
    expect(await found('other.example')).toEqual(['Three']);
    expect(await found('two')).toEqual(['Two']);
    expect(await found('send-1')).toEqual(['One']);
    expect(await found('qflow_send_id=send-2')).toEqual(['Two']);
    expect(await found('nobody')).toEqual([]);
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByRole('link', { name: 'Bounced', exact: true }).click();
    await page.waitForURL(/state=bounce/);
    expect(await subjects(page)).toEqual(['Two']);
    await page.getByRole('link', { name: 'Blocked', exact: true }).click();
    await page.waitForURL(/state=blocked/);
    expect(await subjects(page)).toEqual(['Three']);
    await closeClean(watched);
  });

  it('lets new mail into a search only when it fits', async () => {
    await session.send('ann@example.com', { subject: 'Ticket 1' });
    const watched = await session.open('/inbox?q=ticket');
    await session.send('ann@example.com', { subject: 'Something else' });
    await session.send('ann@example.com', { subject: 'Ticket 2' });
    await watched.page.getByText('Ticket 2').waitFor();
    expect(await subjects(watched.page)).toEqual(['Ticket 2', 'Ticket 1']);
    await closeClean(watched);
  });

  it('pages towards older mail and back', async () => {
    for (let count = 1; count <= 51; count += 1)
      await session.send('ann@example.com', { subject: `Mail ${count}` });
    const watched = await session.open('/inbox');
    const { page } = watched;
    expect(await page.locator('main .mails li').count()).toBe(50);
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByRole('link', { name: 'Newest' }).waitFor();
    expect(await subjects(page)).toEqual(['Mail 1']);
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByText('Mail 51').waitFor();
    await closeClean(watched);
  });

  it('can be worked with from the keyboard', async () => {
    for (const subject of ['One', 'Two', 'Three']) await session.send('ann@example.com', { subject });
    const watched = await session.open('/inbox');
    const { page } = watched;
    const { keyboard } = page;
    await arrived(page, 'Inbox');
    await keyboard.press('j');
    await keyboard.press('j');
    expect(await page.locator(':focus').innerText()).toContain('Two');
    await keyboard.press('k');
    expect(await page.locator(':focus').innerText()).toContain('Three');
    await keyboard.press('j');
    await keyboard.press('Enter');
    await arrived(page, 'Two');
    await keyboard.press('j');
    await arrived(page, 'One');
    await keyboard.press('k');
    await arrived(page, 'Two');
    await keyboard.press('5');
    await arrived(page, 'Make it happen');
    await keyboard.press('Escape');
    await page.waitForURL(/\/inbox#m-/);
    await arrived(page, 'Inbox');
    expect(await page.locator(':focus').innerText()).toContain('Two');
    await keyboard.press('/');
    await keyboard.type('thr/ee');
    expect(await page.getByRole('searchbox').inputValue()).toBe('thr/ee');
    await keyboard.press('Escape');
    expect(await page.locator(':focus').count()).toBe(0);
    await closeClean(watched);
  });
});

describe('resetting', () => {
  it('asks first, and empties the inbox or everything', async () => {
    await session.send('ann@example.com', { subject: 'Kept' });
    const watched = await session.open('/inbox');
    const { page } = watched;
    await page.getByRole('link', { name: 'Reset' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByText('Kept').waitFor();
    await session.sandbox.call('PUT', '/faults', { rateSlow: 0.01 });
    await page.getByRole('link', { name: 'Reset' }).click();
    await page.getByRole('button', { name: 'Empty the inbox' }).click();
    await page.getByText('No mail yet').waitFor();
    expect(await page.locator('#banner').innerText()).toContain('rateSlow 1 %');
    await page.getByRole('link', { name: 'Reset' }).click();
    await page.getByRole('button', { name: 'Reset everything' }).click();
    await page.getByText('Everything was reset').waitFor();
    expect(await page.locator('#banner').innerText()).toBe('');
    await closeClean(watched);
  });

  it('shows on pages that are open', async () => {
    await session.send('ann@example.com', { subject: 'Soon gone' });
    const watched = await session.open('/inbox');
    await watched.page.getByText('Soon gone').waitFor();
    await session.sandbox.call('POST', '/reset');
    await watched.page.getByText('No mail yet').waitFor();
    await closeClean(watched);
  });
});

describe('without scripts', () => {
  it('everything can be done all the same', async () => {
    await session.send('ann@example.com', { subject: 'One' });
    await session.send('ben@example.com', { subject: 'Two' });
    const watched = await session.open('/inbox', { javaScriptEnabled: false });
    const { page } = watched;
    await page.getByRole('searchbox').fill('ann@');
    await page.getByRole('searchbox').press('Enter');
    await page.waitForURL(/q=ann/);
    expect(await subjects(page)).toEqual(['One']);
    await page.getByRole('link', { name: 'One' }).click();
    expect(await page.frameLocator('#mail').locator('body').innerText()).toContain('Hello Ann');
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('button', { name: 'Blocked' }).click();
    await page.getByText('It happened').waitFor();
    expect(await page.locator('.history .tag').allInnerTexts()).toEqual([
      'processed',
      'delivered',
      'blocked',
    ]);
    await page.getByRole('link', { name: 'Faults' }).click();
    await page.getByLabel('rate429').fill('12.5');
    await page.getByRole('button', { name: 'Set' }).click();
    await page.getByText('rate429 12.5 %').waitFor();
    await page.locator('#banner').getByRole('button', { name: 'Switch all off' }).click();
    await page.getByText('All faults are switched off.').waitFor();
    await page.goto(`${session.sandbox.url}/inbox/reset`);
    await page.getByRole('button', { name: 'Empty the inbox' }).click();
    await page.getByText('No mail yet').waitFor();
    await closeClean(watched);
  });
});

describe('when the sandbox is gone', () => {
  it('the page says so, and goes on when it is back', async () => {
    const other = await startSandbox();
    const { page } = await session.browser.open(`${other.url}/inbox`, desk);
    await page.locator('html[data-state=live]').waitFor();
    await other.close();
    await page.locator('html[data-state=offline]').waitFor();
    const again = await startSandbox({ PORT: new URL(other.url).port });
    await page.locator('html[data-state=live]').waitFor();
    await again.send(mail('ann@example.com', { subject: 'After the break' }));
    await page.getByText('After the break').waitFor();
    await page.context().close();
    // Nobody hangs on the port once the page is closed.
    await eventually(() => again.close().then(() => true));
  });
});
