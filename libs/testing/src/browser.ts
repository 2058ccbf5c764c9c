import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium } from './chromium.js';

/** A phone as people hold it: a narrow, sharp touch screen. */
export const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: 'en-GB',
} as const satisfies BrowserContextOptions;

/** A page that remembers what a well-behaved one would not do. */
export interface WatchedPage {
  page: Page;
  /** Errors on the console, exceptions of scripts, and requests to anywhere but the page's own origin. */
  trouble: string[];
}

/** A browser for one spec file; close it with `stop`. */
export class TestBrowser {
  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<TestBrowser> {
    // Loaded only here: specs without a browser should not wait for it.
    const { chromium } = await import('playwright-core');
    const { executablePath, env } = await findChromium();
    const browser = await chromium.launch({
      executablePath,
      // The sandbox needs rights that containers and root do not give; the pages are our own.
      args: ['--no-sandbox'],
      env: { ...process.env, ...env },
    });
    return new TestBrowser(browser);
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }

  /** A page in a profile of its own, that is open when this resolves. */
  async open(url: string, options: BrowserContextOptions = phone): Promise<WatchedPage> {
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    const trouble: string[] = [];
    const { origin } = new URL(url);
    page.on('console', (message) => {
      if (message.type() === 'error') trouble.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
    page.on('request', (request) => {
      if (!isAtHome(request.url(), origin)) trouble.push(`request to ${request.url()}`);
    });
    await page.goto(url);
    return { page, trouble };
  }
}

/** `data:` is part of the page. */
const isAtHome = (url: string, origin: string): boolean =>
  url.startsWith('data:') || new URL(url).origin === origin;
