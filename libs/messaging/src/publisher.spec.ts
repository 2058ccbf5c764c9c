import { describe, expect, it } from '@jest/globals';
import type { JetStreamClient, PubAck } from '@nats-io/jetstream';
import { Publisher } from './publisher.js';

/** A stream that has every message already whose id it has seen. */
function streamOf(): Pick<JetStreamClient, 'publish'> {
  const seen = new Set<string>();
  return {
    publish: async (_subject, _body, options): Promise<PubAck> => {
      const id = options?.msgID ?? '';
      const duplicate = seen.has(id);
      seen.add(id);
      if (id === 'refused') throw new Error('no');
      return { stream: 'S', domain: '', seq: seen.size, duplicate };
    },
  };
}

describe('Publisher', () => {
  it('tells of each message that is stored, once', async () => {
    const stored: string[] = [];
    const publisher = new Publisher(streamOf() as JetStreamClient, (subject) => void stored.push(subject));
    const publication = { msgId: 'one', body: '{}' };
    await publisher.publish({ ...publication, subject: 'a' });
    await publisher.publish({ ...publication, subject: 'a', headers: { 'Qflow-Request-Id': 'r1' } });
    await publisher.publishAll(
      [
        { ...publication, subject: 'b', msgId: 'two' },
        { ...publication, subject: 'c', msgId: 'refused' },
      ],
      () => {},
    );
    expect(stored).toEqual(['a', 'b']);
  });
});
