import { describe, expect, it } from '@jest/globals';
import type { Publication, Publisher } from '@qflow/messaging';
import { pino } from 'pino';
import { NatsLink } from './nats-link.js';
import { StreamWriter } from './stream-writer.js';

const messages: Publication[] = [{ subject: 'comms.provider.events.v1', msgId: '1', body: '{}' }];
const mebibyte = 1024 * 1024;

/** A writer whose stream answers what it is told to, when it is told to. */
function writerOn(stored: () => Promise<boolean[]>): StreamWriter {
  const publishAll = async () => ({ stored: await stored(), interrupted: false });
  const connected = new NatsLink({ status: () => new ReadableStream<{ type: string }>() });
  return new StreamWriter({ publishAll } as unknown as Publisher, connected, pino({ enabled: false }));
}

describe('StreamWriter', () => {
  it('is done when every message is stored', async () => {
    await expect(writerOn(async () => [true, true]).write(messages, 1)).resolves.toBeUndefined();
  });

  it('refuses the post when one message is not', async () => {
    await expect(writerOn(async () => [true, false]).write(messages, 1)).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'stream_unavailable',
      extras: { retryAfter: 5 },
    });
  });

  it('refuses posts while it holds as much as it may, and takes them again afterwards', async () => {
    let acknowledge: (stored: boolean[]) => void = () => undefined;
    const stored = new Promise<boolean[]>((resolve) => (acknowledge = resolve));
    const writer = writerOn(() => stored);
    const first = writer.write(messages, 17 * mebibyte);
    await expect(writer.write(messages, 1)).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'overloaded',
    });
    acknowledge([true]);
    await first;
    await expect(writer.write(messages, 1)).resolves.toBeUndefined();
  });

  it('has nothing to do for a post without events', async () => {
    await expect(
      writerOn(() => Promise.reject(new Error('not called'))).write([], 2),
    ).resolves.toBeUndefined();
  });
});
