import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { closeClean, PageSession } from './page-session.js';
import { mail } from './start-sandbox.js';

let session: PageSession;

beforeAll(async () => {
  session = await PageSession.start();
});
afterAll(() => session.stop());
beforeEach(() => session.reset());

describe('faults', () => {
  it('are set by a form, are visible on every page, and are switched off from there', async () => {
    await session.send('ann@example.com');
    const watched = await session.open('/inbox/faults');
    const { page } = watched;
    await page.getByLabel('rate500').fill('100');
    await page.getByRole('button', { name: 'Set' }).click();
    await page.getByRole('status').getByText('The faults are set.').waitFor();
    expect((await session.sandbox.send(mail('ann@example.com'))).status).toBe(500);
    await page.getByRole('link', { name: 'Inbox' }).click();
    expect(await page.locator('#banner').innerText()).toContain('rate500 100 %');
    await page.getByRole('button', { name: 'Switch all off' }).click();
    await page.getByText('All faults are switched off.').waitFor();
    expect((await session.sandbox.send(mail('ann@example.com'))).status).toBe(202);
    expect(await page.getByLabel('rate500').inputValue()).toBe('0');
    await closeClean(watched);
  });

  it('of others show up at once, and a half-filled form stays', async () => {
    const watched = await session.open('/inbox/faults');
    const { page } = watched;
    await page.getByLabel('rate429').fill('7');
    await session.sandbox.call('PUT', '/faults', { duplicateEvents: 0.07 });
    await page.locator('#banner').getByText('duplicateEvents 7 %').waitFor();
    expect(await page.getByLabel('rate429').inputValue()).toBe('7');
    await session.sandbox.call('DELETE', '/faults');
    await page.locator('#banner strong').waitFor({ state: 'detached' });
    await closeClean(watched);
  });

  it('for certain mail are set and deleted by forms', async () => {
    const watched = await session.open('/inbox/faults');
    const { page } = watched;
    await page.getByLabel('To', { exact: true }).fill('*@broken.example');
    await page.getByRole('combobox').selectOption('status');
    await page.getByLabel('HTTP status').fill('503');
    await page.getByLabel('Times').fill('2');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('to *@broken.example').waitFor();
    expect((await session.sandbox.send(mail('ann@broken.example'))).status).toBe(503);
    expect((await session.sandbox.send(mail('ann@example.com'))).status).toBe(202);
    await page.getByText('fitted 1, hit 1').waitFor();
    await page.getByRole('button', { name: 'Delete the rule' }).click();
    await page.getByText('to *@broken.example').waitFor({ state: 'detached' });
    expect((await session.sandbox.send(mail('ann@broken.example'))).status).toBe(202);
    await closeClean(watched);
  });

  it('that make no sense change nothing, and are told why', async () => {
    const { page } = await session.open('/inbox/faults');
    await page.getByRole('combobox').selectOption('status');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('status').getByText('status: must be a status from 400 to 599').waitFor();
    expect(await session.sandbox.call('GET', '/faults/rules')).toEqual({ rules: [] });
    await page.context().close();
  });
});
