import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** A page as it is now. */
export interface Page {
  status: number;
  html: string;
}

/**
 * Scripts of our own, and nothing from elsewhere; the mail itself is in a frame with a policy of its own.
 * `same-origin` as referrer, because without any a browser would name no origin when a form is sent.
 */
const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** How often a page that is waited for is made anew at most; making all of them takes a fifth of the time at most. */
const LOOK_EVERY_MS = 200;
const REST_FACTOR = 5;
const LONGEST_WAIT_S = 25;
/** Each costs a little work all the time. A browser tab in the background does not wait. */
const MOST_WAITING = 100;

/**
 * Sends pages, and lets whoever has a page wait until it looks different.
 *
 * An open page asks for itself with the `ETag` it has and `Prefer: wait=25` (RFC 7240 §4.3). The answer is the
 * page when it has changed, or 304 when it has not for so long. That covers everything a page shows: mail that
 * arrives, events that are posted, faults that somebody switches on by REST.
 */
@Injectable()
export class Pages implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private waiting = 0;

  async send(request: FastifyRequest, reply: FastifyReply, render: () => Page): Promise<void> {
    const known = request.headers['if-none-match'];
    let page = render();
    const seconds = waitOf(request);
    if (seconds > 0 && known !== undefined && known === tagOf(page)) {
      if (this.waiting >= MOST_WAITING) return void reply.code(503).header('retry-after', '5').send();
      page = await this.untilOther(known, page, render, goneSignal(reply, seconds));
    }
    const etag = tagOf(page);
    if (etag === known) void reply.code(304).headers({ etag, 'cache-control': 'no-store' }).send();
    else this.answer(reply, page);
  }

  /** Sends a page as it is. */
  answer(reply: FastifyReply, page: Page): void {
    const etag = tagOf(page);
    // The script of the page goes on from there.
    const html = page.html.replace('<html', `<html data-etag='${etag}'`);
    void reply
      .code(page.status)
      .headers({ ...HEADERS, etag })
      .send(html);
  }

  /** Lets those who wait go, so that their connections do not hold up a shutdown. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async untilOther(known: string, now: Page, render: () => Page, ending: AbortSignal): Promise<Page> {
    const signal = AbortSignal.any([ending, this.stopping.signal]);
    let [page, rest] = [now, LOOK_EVERY_MS];
    this.waiting += 1;
    try {
      while (!signal.aborted && tagOf(page) === known) {
        await pause(rest, undefined, { signal }).catch(() => undefined);
        const startedAt = performance.now();
        page = render();
        rest = Math.max(LOOK_EVERY_MS, REST_FACTOR * this.waiting * (performance.now() - startedAt));
      }
    } finally {
      this.waiting -= 1;
    }
    return page;
  }
}

/** Fires when the caller is gone or has waited long enough. */
function goneSignal(reply: FastifyReply, seconds: number): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(seconds * 1000)]);
}

/** What the caller prefers to wait, in seconds; nothing without a word about it. */
function waitOf(request: FastifyRequest): number {
  const [, seconds = '0'] = /\bwait=(\d{1,4})\b/.exec(String(request.headers['prefer'] ?? '')) ?? [];
  return Math.min(Number(seconds), LONGEST_WAIT_S);
}

function tagOf({ status, html }: Page): string {
  return `"${createHash('sha256').update(`${status}${html}`).digest('base64url').slice(0, 22)}"`;
}
