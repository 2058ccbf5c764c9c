import { describe, expect, it } from '@jest/globals';
import type { Publication, Publisher } from '@qflow/messaging';
import { pino } from 'pino';
import { observedPosts } from '../../test/posts-in-hand.js';
import { NatsLink } from './nats-link.js';
import { StreamWriter } from './stream-writer.js';

const messages: Publication[] = [{ subject: 'comms.provider.events.v1', msgId: '1', body: '{}' }];

/** A writer whose stream answers what it is told to, when it is told to. */
function writerOn(stored: () => Promise<boolean[]>, { inHand } = observedPosts()): StreamWriter {
  const publishAll = async () => ({ stored: await stored(), interrupted: false });
  const connected = new NatsLink({ status: () => new ReadableStream<{ type: string }>() });
  return new StreamWriter(
    { publishAll } as unknown as Publisher,
    connected,
    inHand,
    pino({ enabled: false }),
  );
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

  it('holds the memory of the messages for as long as they live', async () => {
    let acknowledge: (stored: boolean[]) => void = () => undefined;
    const stored = new Promise<boolean[]>((resolve) => (acknowledge = resolve));
    const posts = observedPosts();
    const writing = writerOn(() => stored, posts).write(messages, 1234);
    expect(posts.state().details).toMatchObject({ bytesInHand: 1234 });
    acknowledge([true]);
    await writing;
    expect(posts.state().details).toMatchObject({ bytesInHand: 0 });
  });

  it('has nothing to do for a post without events', async () => {
    await expect(
      writerOn(() => Promise.reject(new Error('not called'))).write([], 2),
    ).resolves.toBeUndefined();
  });
});
