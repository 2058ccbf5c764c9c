import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { jetstream } from '@nats-io/jetstream';
import { connectNats, Publisher, type Publication } from '../src/index.js';
import { nats, type Nats } from './nats.js';

let server: Nats;
let manager: JetStreamManager;
let publisher: Publisher;
let told: string[] = [];
let errors: unknown[] = [];
const onError = (error: unknown): void => void errors.push(error);

beforeAll(async () => {
  server = await nats();
  manager = await jetstreamManager(server.connection);
  publisher = new Publisher(server.client, (subject) => void told.push(subject));
});
afterAll(() => server.stop());
beforeEach(async () => {
  await manager.streams.purge('EVENTS');
  told = [];
  errors = [];
});

const subject = 'comms.event.spec.v1';
const publication = (msgId: string, more: Partial<Publication> = {}): Publication => ({
  subject,
  msgId,
  body: JSON.stringify({ msgId }),
  ...more,
});
const many = (count: number, name: string): Publication[] =>
  Array.from({ length: count }, (_, n) => publication(`${name}-${n}`));

async function onStream(): Promise<{ msgId: string; requestId: string; body: string }[]> {
  const { state } = await manager.streams.info('EVENTS');
  const messages = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage('EVENTS', { seq });
    if (message)
      messages.push({
        msgId: message.header.get('Nats-Msg-Id'),
        requestId: message.header.get('Qflow-Request-Id'),
        body: message.string(),
      });
  }
  return messages;
}

describe('Publisher', () => {
  it('stores messages in order, with their ids and headers, however many there are', async () => {
    const publications = many(1_000, 'ordered').map((one) => ({
      ...one,
      headers: { 'Qflow-Request-Id': 'r é' },
    }));
    expect(await publisher.publishAll(publications, onError)).toEqual({
      stored: publications.map(() => true),
      interrupted: false,
    });
    expect(await onStream()).toEqual(
      publications.map(({ msgId, body }) => ({ msgId, body, requestId: 'r é' })),
    );
    expect(errors).toEqual([]);
  });

  it('publishes nothing where there is nothing', async () => {
    expect(await publisher.publishAll([], onError)).toEqual({ stored: [], interrupted: false });
  });

  it('tells of each message that is stored, once', async () => {
    await publisher.publish(publication('told', { subject: 'comms.event.a.v1' }));
    await publisher.publish(publication('told', { subject: 'comms.event.a.v1' }));
    const both = [publication('told', { subject: 'comms.event.b.v1' }), publication('too')];
    expect((await publisher.publishAll(both, onError)).stored).toEqual([true, true]);
    expect(told).toEqual(['comms.event.a.v1', subject]);
  });

  it('gets past messages that are refused, in the middle of others, and reports it once', async () => {
    const limited = { name: 'FULL', subjects: ['full'], max_msgs: 1, discard: 'new' as never };
    await manager.streams.add(limited);
    const publications = [
      publication('first'),
      publication('kept', { subject: 'full' }),
      publication('over the limit', { subject: 'full' }),
      publication('too large', { body: 'x'.repeat(2 * 1024 * 1024) }),
      publication('two lines', { headers: { 'Qflow-Request-Id': 'a\r\nb' } }),
      publication('no subject', { subject: 'comms.event.has space' }),
      publication('last'),
    ];
    expect(await publisher.publishAll(publications, onError)).toEqual({
      stored: [true, true, false, false, false, false, true],
      interrupted: false,
    });
    expect(errors).toHaveLength(1);
    expect((await onStream()).map(({ msgId }) => msgId)).toEqual(['first', 'last']);
    await manager.streams.delete('FULL');
  });

  it('rejects with what a single message was refused for', async () => {
    await expect(publisher.publish(publication('large', { body: 'x'.repeat(2 ** 21) }))).rejects.toThrow(
      'max_payload',
    );
  });

  it('is interrupted where no stream takes the subject, and keeps what was stored of the others', async () => {
    const publications = [publication('before'), publication('nowhere', { subject: 'nobody.listens' })];
    expect(await publisher.publishAll(publications, onError)).toEqual({
      stored: [true, false],
      interrupted: true,
    });
    expect(errors).toEqual([new Error('no stream takes the subject just now')]);
  });

  it('keeps runs apart that go on at once', async () => {
    const runs = Array.from({ length: 20 }, (_, n) => publisher.publishAll(many(50, `run${n}`), onError));
    for (const { stored } of await Promise.all(runs)) expect(stored).toEqual(new Array(50).fill(true));
    expect(new Set((await onStream()).map(({ msgId }) => msgId)).size).toBe(1_000);
  });

  it('is interrupted by a NATS that says nothing any more, and stores everything once when that goes on', async () => {
    const publications = many(600, 'frozen');
    const thaw = server.freeze();
    const first = await publisher.publishAll(publications, onError);
    thaw();
    expect(first.interrupted).toBe(true);
    expect(first.stored).toContain(false);
    const again = await publisher.publishAll(publications, onError);
    expect(again).toEqual({ stored: publications.map(() => true), interrupted: false });
    expect((await onStream()).map(({ msgId }) => msgId).sort()).toEqual(
      publications.map(({ msgId }) => msgId).sort(),
    );
  });

  it('goes on after NATS was killed in the middle, and every message is stored once', async () => {
    const publications = many(5_000, 'killed');
    const running = publisher.publishAll(publications, onError);
    await server.kill();
    await server.restart();
    const { stored } = await running;
    let left = publications.filter((_, index) => !stored[index]);
    while (left.length > 0) {
      const { stored: now } = await publisher.publishAll(left, () => {});
      left = left.filter((_, index) => !now[index]);
    }
    const { state } = await manager.streams.info('EVENTS');
    expect(state.messages).toBe(5_000);
  });

  // The last: what this one has sent is stored whenever NATS comes to it, which may be after the next test has begun.
  it('is interrupted at once where the connection is closed, also while it waits', async () => {
    const connection = await connectNats({ url: server.url, name: 'closing' });
    const closing = new Publisher(jetstream(connection));
    await closing.publish(publication('open'));
    const thaw = server.freeze();
    const waiting = closing.publishAll(many(300, 'closing'), onError);
    await connection.close();
    expect(await waiting).toMatchObject({ interrupted: true });
    thaw();
    expect(await closing.publishAll([publication('closed')], onError)).toEqual({
      stored: [false],
      interrupted: true,
    });
  });
});
