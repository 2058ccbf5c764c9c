import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventEmitter } from 'node:events';
import { type Page, Pages } from './pages.js';

/** What was answered to one request. */
interface Answer {
  status: number;
  headers: Record<string, string>;
  body?: string;
}

/** Asks once; resolves with what was answered. `leave` is the caller going away. */
function ask(
  pages: Pages,
  render: () => Page,
  headers: Record<string, string> = {},
): { answer: Promise<Answer>; leave: () => void } {
  const answer: Answer = { status: 200, headers: {} };
  const raw = new EventEmitter();
  const reply = {
    raw,
    code: (status: number) => ((answer.status = status), reply),
    header: (name: string, value: string) => ((answer.headers[name] = value), reply),
    headers: (values: Record<string, string>) => (Object.assign(answer.headers, values), reply),
    send: (body?: string) => ((answer.body = body), reply),
  };
  const sent = pages.send({ headers } as unknown as FastifyRequest, reply as unknown as FastifyReply, render);
  return { answer: sent.then(() => answer), leave: () => void raw.emit('close') };
}

const still = (): Page => ({ status: 200, html: '<html lang="en">' });

/** The tag of a page. */
const tagOf = async (pages: Pages, render: () => Page): Promise<string> =>
  String((await ask(pages, render).answer).headers['etag']);

describe('Pages', () => {
  it('tells a page its tag', async () => {
    const { body, headers } = await ask(new Pages(), still).answer;
    expect(body).toBe(`<html data-etag='${headers['etag']}' lang="en">`);
  });

  it('tells pages apart by what they show and by their status', async () => {
    const pages = new Pages();
    const tags = await Promise.all([
      tagOf(pages, still),
      tagOf(pages, () => ({ status: 404, html: still().html })),
      tagOf(pages, () => ({ status: 200, html: `${still().html}.` })),
    ]);
    expect(new Set(tags).size).toBe(3);
  });

  it('answers those who wait when the page is another', async () => {
    const pages = new Pages();
    let html = '<html>before';
    const render = (): Page => ({ status: 200, html });
    const headers = { 'if-none-match': await tagOf(pages, render), prefer: 'wait=25' };
    const { answer } = ask(pages, render, headers);
    html = '<html>after';
    expect((await answer).body).toContain('after');
  });

  it.each(['the caller leaves', 'the sandbox stops'])('lets those who wait go when %s', async (what) => {
    const pages = new Pages();
    const headers = { 'if-none-match': await tagOf(pages, still), prefer: 'respond-async, wait=9999' };
    const { answer, leave } = ask(pages, still, headers);
    if (what === 'the caller leaves') leave();
    else pages.onModuleDestroy();
    expect((await answer).status).toBe(304);
  });

  it('lets only so many wait, and counts no one twice', async () => {
    const pages = new Pages();
    const headers = { 'if-none-match': await tagOf(pages, still), prefer: 'wait=25' };
    for (let round = 0; round < 2; round += 1) {
      const waiting = Array.from({ length: 100 }, () => ask(pages, still, headers));
      expect(await ask(pages, still, headers).answer).toMatchObject({
        status: 503,
        headers: { 'retry-after': '5' },
      });
      for (const { leave } of waiting) leave();
      for (const { answer } of waiting) expect((await answer).status).toBe(304);
    }
  });

  it('survives a page that cannot be made any more', async () => {
    const pages = new Pages();
    const headers = { 'if-none-match': await tagOf(pages, still), prefer: 'wait=25' };
    for (let count = 0; count < 101; count += 1) {
      let made = 0;
      const render = (): Page => {
        made += 1;
        if (made > 1) throw new Error('broken');
        return still();
      };
      const { answer, leave } = ask(pages, render, headers);
      leave();
      await expect(answer).rejects.toThrow('broken');
    }
  });
});
