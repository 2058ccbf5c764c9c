import { expect } from '@jest/globals';
import { TestBrowser, type WatchedPage } from '@qflow/testing';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { mail, startSandbox, type TestSandbox } from './start-sandbox.js';

/** The fields of posted events that tests of the pages look at. */
export interface PostedEvent {
  event: string;
  type?: string;
  url?: string;
  sg_event_id: string;
}

export const desk = { viewport: { width: 1280, height: 800 } } as const satisfies BrowserContextOptions;

/** A sandbox and a browser that looks at it. */
export class PageSession {
  private constructor(
    readonly sandbox: TestSandbox,
    readonly browser: TestBrowser,
  ) {}

  static async start(): Promise<PageSession> {
    const [sandbox, browser] = await Promise.all([startSandbox(), TestBrowser.start()]);
    return new PageSession(sandbox, browser);
  }

  async stop(): Promise<void> {
    await this.browser.stop();
    await this.sandbox.close();
  }

  /** The sandbox as it was at its start. */
  async reset(): Promise<void> {
    await this.sandbox.call('POST', '/reset');
    this.sandbox.webhook.requests.length = 0;
  }

  open(path: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    return this.browser.open(this.sandbox.url + path, { ...desk, ...options });
  }

  /** @returns the id of the message in the inbox */
  async send(to: string, changes: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.sandbox.send(mail(to, changes));
    expect(await answer.text()).toBe('');
    expect(answer.status).toBe(202);
    return `${answer.headers.get('x-message-id')}.0`;
  }

  /** Every event that the webhook was posted. */
  posted(): PostedEvent[] {
    return this.sandbox.webhook.requests.flatMap(({ body }) => JSON.parse(body.toString()) as PostedEvent[]);
  }

  /** The page's address without the sandbox's own part. */
  pathOf(page: Page): string {
    return page.url().slice(this.sandbox.url.length);
  }
}

/** The subjects in the list, from top to bottom. */
export const subjects = (page: Page): Promise<string[]> =>
  page.locator('main .subject > bdi').allInnerTexts();

/** Resolves once this is the page and its script is at work. */
export async function arrived(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { name: heading }).waitFor();
  await page.locator('html[data-state=live]').waitFor();
}

/** Closes a page on which nothing may have gone wrong: no error on the console, nothing that its policy forbids. */
export async function closeClean({ page, trouble }: WatchedPage): Promise<void> {
  expect(trouble).toEqual([]);
  await page.context().close();
}
