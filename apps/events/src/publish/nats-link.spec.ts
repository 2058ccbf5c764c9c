import { describe, expect, it } from '@jest/globals';
import { LinkDown, NatsLink } from './nats-link.js';

/** A connection whose status the test announces; resolves once the link has seen it. */
class Announced {
  private readonly stream = new TransformStream<{ type: string }, { type: string }>();
  private readonly writer = this.stream.writable.getWriter();

  status(): AsyncIterable<{ type: string }> {
    return this.stream.readable;
  }

  async say(type: string): Promise<void> {
    await this.writer.write({ type });
    // The second write is taken only when the reader has come back from handling the first.
    await this.writer.write({ type: 'ping' });
  }
}

const never = (): Promise<string> => new Promise(() => undefined);

describe('NatsLink', () => {
  it('waits for work while connected', async () => {
    const link = new NatsLink(new Announced());
    await expect(link.whileUp(async () => 'stored')).resolves.toBe('stored');
    await expect(link.whileUp(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
  });

  it('gives up on work in hand when the connection is lost, and refuses new work', async () => {
    const connection = new Announced();
    const link = new NatsLink(connection);
    const working = expect(link.whileUp(never)).rejects.toThrow(
      new LinkDown('the connection to NATS was lost'),
    );
    await connection.say('disconnect');
    await working;
    await expect(link.whileUp(async () => 'stored')).rejects.toThrow(new LinkDown('NATS is not connected'));
  });

  it('takes work again after a reconnect', async () => {
    const connection = new Announced();
    const link = new NatsLink(connection);
    await connection.say('disconnect');
    await connection.say('reconnect');
    await expect(link.whileUp(async () => 'stored')).resolves.toBe('stored');
  });
});
