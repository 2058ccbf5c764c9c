import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SendRequestedV1 } from '@qflow/contracts';
import { ensureStreams } from '@qflow/messaging';
import { eventually } from '@qflow/testing';
import { runAdmin } from '../src/admin/run-admin.js';
import { TestGateway, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
let eventId: string;
let templateId: string;

const keys = `spec:${Buffer.alloc(32, 7).toString('base64')}`;

beforeAll(async () => {
  gateway = await TestGateway.start({ SECRET_KEYS: keys });
  user = await gateway.user();
  eventId = await gateway.event(user);
  templateId = gateway.fakes.template(user.accountId, eventId, { version: 3 }).id;
});
afterAll(() => gateway.stop());

const republish = (...args: string[]): Promise<string> =>
  runAdmin(['send', 'republish', ...args], {
    env: {
      DATABASE_URL: gateway.platform.databaseUrl,
      PUBLIC_URL: gateway.config.PUBLIC_URL,
      SECRET_KEYS: keys,
    },
    stdin: Readable.from([]),
  });

const guest = (values: object = {}): Promise<unknown> =>
  gateway.call('POST', '/api/guest', {
    token: user.token,
    body: { id: randomUUID(), eventId, firstName: 'Ada', email: 'ada@example.com', ...values },
  });

/** All that waits for the sender, in the order of the sends. */
async function requests(): Promise<SendRequestedV1[]> {
  await eventually(async () => (await gateway.count('outbox')) === 0);
  const messages = await gateway.platform.messages.inStream<SendRequestedV1>('SENDS');
  return messages.sort((a, b) => a.sendId.localeCompare(b.sendId));
}

/** As on a server whose disks are gone: no messages, and no memory of what was published before. */
async function loseStreams(): Promise<void> {
  const manager = await gateway.platform.messages.jetstream.jetstreamManager();
  await manager.streams.delete('SENDS');
  await ensureStreams(manager, 1);
}

describe('send republish', () => {
  it('asks once more for every send since a time, as it was asked for at first, and says that it is once more', async () => {
    await guest();
    await guest({ commsTemplateId: templateId, correlationId: 'order-1' });
    const since = new Date().toISOString();
    for (let i = 0; i < 3; i++)
      await guest({ commsTemplateId: templateId, email: `guest${i}@example.com`, tags: '{session}Day 1' });
    const before = await requests();
    expect(before).toHaveLength(4);

    await loseStreams();
    expect(await requests()).toEqual([]);

    expect(await republish('--since', since)).toBe(
      `asked again for 3 sends of guests created since ${since}\n`,
    );
    const again = before.map((request) => ({ ...request, republished: true }));
    expect(await requests()).toEqual(again.filter(({ requestedAt }) => requestedAt >= since));

    expect(JSON.parse(await republish('--since', '2026-01-01', '--json'))).toEqual({
      since: '2026-01-01T00:00:00.000Z',
      sends: 4,
    });
    expect(await requests()).toEqual(again);
  });

  it.each([
    [[], '--since is missing'],
    [['--since', 'yesterday'], '--since must be a day such as 2027-01-31 or a time such as'],
    [['--since', '2999-01-01'], '--since must be in the past'],
  ])('refuses %j', async (args, message) => {
    await expect(republish(...args)).rejects.toThrow(message);
  });
});
