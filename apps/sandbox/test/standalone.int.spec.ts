import { describe, expect, it } from '@jest/globals';
import { webhookReceiver } from '@qflow/testing';
import { runStandalone } from '../src/standalone/run-standalone.js';
import { mail } from './start-sandbox.js';

/** Starts one on a free port; resolves with what it has said once it runs. */
async function start(webhook?: string): Promise<{ said: string; url: string; stop: () => Promise<void> }> {
  let stopNow = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stopNow = resolve));
  let ended: Promise<void> = Promise.resolve();
  const said = await new Promise<string>((resolve, reject) => {
    ended = runStandalone({ port: 0, webhook }, { say: resolve, stop: stopped });
    ended.catch(reject);
  });
  const url = /API base URL +(\S+)/.exec(said)?.[1] ?? '';
  return {
    said,
    url,
    stop: async () => {
      stopNow();
      await ended;
    },
  };
}

describe('the sandbox by itself', () => {
  it('says where it is, works, and stops when it is told to', async () => {
    const receiver = await webhookReceiver();
    const { said, url, stop } = await start(receiver.url);
    try {
      expect(said).toContain(`Events go to   ${receiver.url}`);
      const answer = await fetch(`${url}/v3/mail/send`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${/API key +(\S+)/.exec(said)?.[1]}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(mail('ann@example.com')),
      });
      expect(answer.status).toBe(202);
      await receiver.next();
    } finally {
      await stop();
      await receiver.close();
    }
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('says what to do when its port is taken', async () => {
    const { url, stop } = await start();
    try {
      const port = Number(new URL(url).port);
      const second = runStandalone({ port }, { say: () => undefined });
      await expect(second).rejects.toThrow(`Port ${port} is taken.`);
      await expect(second).rejects.toThrow(`npm run sandbox -- --port ${port + 1}`);
    } finally {
      await stop();
    }
  });

  it('says which option makes no sense', async () => {
    const run = runStandalone({ port: 0, webhook: 'ftp://x' }, { say: () => undefined });
    await expect(run).rejects.toThrow('--webhook is "ftp://x", expected a URL that starts with http://');
  });
});
