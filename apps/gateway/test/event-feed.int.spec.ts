import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { commsEventSubject, feedEventTypes, type CommsEventV1, type EventType } from '@qflow/contracts';
import { connectNats, ensureStreams, Publisher } from '@qflow/messaging';
import { commsEvent, eventually } from '@qflow/testing';
import fc from 'fast-check';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

interface Feed {
  events: { id: string; type: string; createdAt: string; data: object }[];
  after: string;
  more: boolean;
}

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());

const call = (user: TestUser, query = ''): Promise<Answer> =>
  gateway.call('GET', `/api/comms/events${query}`, { token: user.token });

async function read(user: TestUser, query: Record<string, string> = {}): Promise<Feed> {
  const answer = await call(user, `?${new URLSearchParams(query).toString()}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body as unknown as Feed;
}

const publish = async (event: CommsEventV1, publisher = gateway.platform.messages.publisher): Promise<void> =>
  publisher.publish({
    subject: commsEventSubject(event.accountId, event.type),
    msgId: `event:${event.id}`,
    body: JSON.stringify(event),
  });

async function published(
  user: TestUser,
  count: number,
  values: Partial<CommsEventV1> = {},
): Promise<CommsEventV1[]> {
  const events = Array.from({ length: count }, () => commsEvent({ accountId: user.accountId, ...values }));
  for (const event of events) await publish(event);
  return events;
}

const payload = ({ id, type, createdAt, data }: CommsEventV1) => ({ id, type, createdAt, data });
const idsOf = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

describe('GET /api/comms/events', () => {
  it('answers what webhooks carry, in order, and where to go on', async () => {
    const user = await gateway.user();
    const empty = await read(user);
    expect(empty).toEqual({ events: [], after: expect.any(String), more: false });
    const events = await published(user, 5);
    const first = await read(user, { limit: '2' });
    expect(first).toMatchObject({ events: events.slice(0, 2).map(payload), more: true });
    const second = await read(user, { limit: '3', after: first.after });
    expect(second).toMatchObject({ events: events.slice(2).map(payload), more: false });
    // Nothing new: the same place, so that the next poll goes on from it.
    expect(await read(user, { after: second.after })).toEqual({
      events: [],
      after: second.after,
      more: false,
    });
    const [later] = await published(user, 1);
    expect(idsOf((await read(user, { after: second.after })).events)).toEqual([later?.id]);
    // Also from where the feed was still empty.
    expect((await read(user, { after: empty.after })).events).toHaveLength(6);
  });

  it('is the caller’s account alone, whatever the cursor', async () => {
    const [ours, theirs] = [await gateway.user(), await gateway.user()];
    const [mine, yours] = [await published(ours, 3), await published(theirs, 3)];
    const ourFeed = await read(ours);
    const theirFeed = await read(theirs);
    expect([idsOf(ourFeed.events), idsOf(theirFeed.events)]).toEqual([idsOf(mine), idsOf(yours)]);
    expect((await read(ours, { after: theirFeed.after })).events).toEqual([]);
    expect(idsOf((await read(theirs, { after: ourFeed.after })).events)).toEqual(idsOf(yours));
    expect(idsOf((await read(ours, { accountId: theirs.accountId })).events)).toEqual(idsOf(mine));
    expect((await read(await gateway.user())).events).toEqual([]);
  });

  it('can be one type alone', async () => {
    const user = await gateway.user();
    const types: EventType[] = ['comms.sent', 'comms.delivered', 'comms.sent', 'comms.opened', 'comms.sent'];
    const events = [];
    for (const type of types) events.push(...(await published(user, 1, { type })));
    const sent = events.filter(({ type }) => type === 'comms.sent');
    const first = await read(user, { type: 'comms.sent', limit: '2' });
    expect([idsOf(first.events), first.more]).toEqual([idsOf(sent.slice(0, 2)), true]);
    const second = await read(user, { type: 'comms.sent', limit: '2', after: first.after });
    expect([idsOf(second.events), second.more]).toEqual([idsOf(sent.slice(2)), false]);
    for (const type of feedEventTypes) await read(user, { type });
  });

  it('shows opens and clicks with their details', async () => {
    const user = await gateway.user();
    const { data } = commsEvent();
    const clicked = { ...data, status: 'clicked', machine: false, url: 'https://example.com/' };
    await published(user, 1, { type: 'comms.clicked', data: clicked });
    expect((await read(user)).events[0]?.data).toEqual(clicked);
  });

  it('shows whose standing changed', async () => {
    const user = await gateway.user();
    const none = { attendeeId: null, templateId: null, attendeeInvitationId: null };
    const data = {
      ...none,
      status: 'unsubscribed',
      error: null,
      correlationId: null,
      email: 'ada@example.com',
    };
    await published(user, 1, { type: 'contact.unsubscribed', data });
    expect((await read(user, { type: 'contact.unsubscribed' })).events[0]?.data).toEqual(data);
  });

  it('is not about endpoints, and goes on past what it does not show', async () => {
    const user = await gateway.user();
    const [first] = await published(user, 1);
    for (const type of ['endpoint.failing', 'endpoint.disabled', 'endpoint.recovered'] as const)
      await published(user, 2, { type });
    const [last] = await published(user, 1);
    const pages: Feed[] = [];
    for (let page = await read(user, { limit: '2' }); ;) {
      pages.push(page);
      if (!page.more) break;
      page = await read(user, { limit: '2', after: page.after });
    }
    // The pages in between hold nothing that is shown, and still lead on.
    expect(pages.map(({ events }) => idsOf(events))).toEqual([[first?.id], [], [], [last?.id]]);
    await published(user, 1, { type: 'endpoint.failing' });
    const after = pages.at(-1)?.after ?? '';
    const hidden = await read(user, { after });
    expect(hidden).toMatchObject({ events: [], more: false });
    const [later] = await published(user, 1);
    expect(idsOf((await read(user, { after: hidden.after })).events)).toEqual([later?.id]);
    expect(hidden.after).not.toBe(after);
  });

  it('ends an answer before it grows too large', async () => {
    const user = await gateway.user();
    const { data } = commsEvent();
    const url = `https://example.com/${'x'.repeat(100_000)}`;
    const events = await published(user, 30, {
      type: 'comms.clicked',
      data: { ...data, machine: false, url },
    });
    const seen: string[] = [];
    for (
      let feed = await read(user, { limit: '200' });
      ;
      feed = await read(user, { limit: '200', after: feed.after })
    ) {
      expect(feed.events.length).toBeLessThanOrEqual(12);
      seen.push(...idsOf(feed.events));
      if (!feed.more) break;
    }
    expect(seen).toEqual(idsOf(events));
  });

  it('passes over what it cannot read', async () => {
    const user = await gateway.user();
    const subject = commsEventSubject(user.accountId, 'comms.sent');
    const [before] = await published(user, 1);
    await gateway.platform.messages.publish(subject, { kind: 'comms.event', version: 9 });
    await gateway.platform.messages.publisher.publish({ subject, msgId: randomUUID(), body: 'not JSON' });
    const [after] = await published(user, 1);
    const first = await read(user, { limit: '2' });
    expect([idsOf(first.events), first.more]).toEqual([[before?.id], true]);
    expect(idsOf((await read(user, { limit: '2', after: first.after })).events)).toEqual([after?.id]);
  });

  it('goes on with the oldest there is where events are past their retention', async () => {
    const user = await gateway.user();
    const events = await published(user, 4);
    const { after } = await read(user, { limit: '1' });
    const manager = await gateway.platform.messages.jetstream.jetstreamManager();
    const { state } = await manager.streams.info('EVENTS');
    await manager.streams.purge('EVENTS', { seq: state.last_seq - 1 });
    expect(idsOf((await read(user, { after })).events)).toEqual(idsOf(events.slice(2)));
    expect(idsOf((await read(user)).events)).toEqual(idsOf(events.slice(2)));
  });

  it('never skips an event that comes while it is read, and never tells one twice', async () => {
    const user = await gateway.user();
    const others = [await gateway.user(), await gateway.user()];
    const connections = await Promise.all(
      [1, 2, 3, 4].map((name) => connectNats({ url: gateway.platform.nats.url, name: `spec-${name}` })),
    );
    let publishing = true;
    const work = Promise.all(
      connections.map(async (connection) => {
        const publisher = new Publisher(jetstream(connection));
        for (let index = 0; index < 150; index++)
          await Promise.all(
            [user, user, ...others].map(({ accountId }) => publish(commsEvent({ accountId }), publisher)),
          );
      }),
    ).finally(() => (publishing = false));
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      // Whatever this page misses was stored after it was read, once nothing is published any more.
      const last = !publishing;
      const feed: Feed = await read(user, { limit: '7', ...(after && { after }) });
      seen.push(...idsOf(feed.events));
      after = feed.after;
      if (last && !feed.more) break;
    }
    await work;
    await Promise.all(connections.map((connection) => connection.close()));
    const stream = await gateway.platform.messages.inStream<CommsEventV1>('EVENTS');
    const stored = stream.filter(({ accountId }) => accountId === user.accountId);
    expect(stored).toHaveLength(4 * 150 * 2);
    expect(seen).toEqual(idsOf(stored));
  });

  it('leaves nothing behind in NATS', async () => {
    const user = await gateway.user();
    await published(user, 3);
    const manager = await gateway.platform.messages.jetstream.jetstreamManager();
    const consumers = async (): Promise<number> =>
      (await manager.streams.info('EVENTS')).state.consumer_count;
    const before = await consumers();
    for (let times = 0; times < 20; times++) await read(user);
    expect(await consumers()).toBe(before);
  });

  it.each([
    ['?after=nonsense', '/after'],
    ['?after=', '/after'],
    [`?after=${Buffer.from('["-1"]').toString('base64url')}`, '/after'],
    [`?after=${Buffer.from('["1e9"]').toString('base64url')}`, '/after'],
    [`?after=${Buffer.from('["99999999999999999999"]').toString('base64url')}`, '/after'],
    [`?after=${Buffer.from('["1","2"]').toString('base64url')}`, '/after'],
    ['?limit=0', '/limit'],
    ['?limit=201', '/limit'],
    ['?type=comms.lost', '/type'],
    ['?type=*', '/type'],
    ['?type=comms.*', '/type'],
    ['?type=endpoint.failing', '/type'],
    ['?type=>', '/type'],
    ['?type=comms.sent&type=comms.sent', '/type'],
  ])('refuses %s by name', async (query, path) => {
    const { status, body } = await call(await gateway.user(), query);
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect(body.errors).toMatchObject([{ path }]);
  });

  it('answers 200 or a 400 that names a parameter, whatever the query', async () => {
    const user = await gateway.user();
    await published(user, 3);
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.integer().map(String));
    const name = fc.oneof(fc.constantFrom('after', 'limit', 'type'), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async (pairs) => {
        const { status, body } = await call(user, `?${new URLSearchParams(pairs).toString()}`);
        if (status !== 200) expect([status, body.code]).toEqual([400, 'validation_error']);
      }),
      { numRuns: 150 },
    );
  });

  it('answers 503 while NATS is away, and goes on afterwards', async () => {
    const user = await gateway.user();
    const events = await published(user, 2);
    const { after } = await read(user, { limit: '1' });
    await gateway.platform.nats.kill();
    const { status, body, headers } = await call(user);
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '2']);
    await gateway.platform.nats.restart();
    const feed = await eventually(async () => {
      const answer = await call(user, `?after=${after}`);
      return answer.status === 200 ? (answer.body as unknown as Feed) : null;
    });
    expect(idsOf(feed.events)).toEqual(idsOf(events.slice(1)));
  });
});

describe('a place in the feed', () => {
  it('is before all that comes, also where the stream was lost and made anew', async () => {
    const user = await gateway.user();
    await published(user, 3);
    const { after } = await read(user);
    const manager = await gateway.platform.messages.jetstream.jetstreamManager();
    await manager.streams.delete('EVENTS');
    await ensureStreams(manager, 1);
    const [event] = await published(user, 1);
    expect(idsOf((await read(user, { after })).events)).toEqual([event?.id]);
  });
});
