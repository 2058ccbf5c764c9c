import { createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSendgridVerifier, mintSendgridKeyPair } from '@qflow/signing';
import { eventually, type ReceivedRequest } from '@qflow/testing';
import { API_KEY, mail, startSandbox, type TestSandbox } from './start-sandbox.js';

interface PostedEvent {
  event: string;
  email: string;
  sg_event_id: string;
  [field: string]: unknown;
}
const eventsOf = (post: ReceivedRequest): PostedEvent[] => JSON.parse(post.body.toString()) as PostedEvent[];
const allEvents = (posts: readonly ReceivedRequest[]): PostedEvent[] => posts.flatMap(eventsOf);
const arrived = (sandbox: TestSandbox, count: number): Promise<void> =>
  sandbox.webhook.until((posts) => allEvents(posts).length >= count);

describe('the event webhook', () => {
  let sandbox: TestSandbox;

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  it('is posted events that verify against the published key', async () => {
    await sandbox.send(mail('ann@example.com'));
    const { headers, body } = await sandbox.webhook.next();
    const settings = await fetch(`${sandbox.url}/v3/user/webhooks/event/settings/signed`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    const { public_key: publicKey } = (await settings.json()) as { public_key: string };

    const signature = headers['x-twilio-email-event-webhook-signature'];
    const timestamp = headers['x-twilio-email-event-webhook-timestamp'];
    const check = createSendgridVerifier([publicKey]);
    const now = Date.now() / 1000;
    expect(check({ signature, timestamp, body, now })).toMatchObject({ valid: true });
    expect(check({ signature, timestamp, body: body.subarray(0, -2), now })).toMatchObject({ valid: false });
    expect(body.subarray(-2).toString()).toBe('\r\n');

    // Once more with nothing of ours: this is all that a receiver of SendGrid's does.
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const signed = Buffer.concat([Buffer.from(String(timestamp)), body]);
    expect(verify('sha256', signed, key, Buffer.from(String(signature), 'base64'))).toBe(true);
  });

  it('is posted the life of each magic recipient, custom arguments and all', async () => {
    const lives = {
      delivered: ['processed', 'delivered'],
      bounced: ['processed', 'bounce'],
      blocked: ['processed', 'bounce'],
      dropped: ['dropped'],
      spam: ['processed', 'delivered', 'spamreport'],
      unsubscribed: ['processed', 'delivered', 'unsubscribe'],
      opened: ['processed', 'delivered', 'open'],
      clicked: ['processed', 'delivered', 'open', 'click'],
      deferred: ['processed', 'deferred', 'deferred', 'delivered'],
    };
    for (const name of Object.keys(lives)) {
      const changes = {
        categories: ['tickets'],
        custom_args: { qflow_send_id: `s-${name}`, qflow_attempt: '1' },
      };
      await sandbox.send(mail(`${name}+x@sandbox.test`, changes));
    }
    await arrived(sandbox, Object.values(lives).flat().length);
    const events = allEvents(sandbox.webhook.requests);
    for (const [name, life] of Object.entries(lives)) {
      const own = events.filter((event) => event['qflow_send_id'] === `s-${name}`);
      expect(own.map((event) => event.event).sort()).toEqual([...life].sort());
      for (const event of own) {
        expect(event).toMatchObject({
          email: `${name}+x@sandbox.test`,
          category: 'tickets',
          qflow_attempt: '1',
          timestamp: expect.any(Number) as unknown,
          'smtp-id': expect.stringMatching(/^<.+@.+>$/) as unknown,
          sg_message_id: expect.stringContaining('.filter') as unknown,
        });
      }
    }
    expect(new Set(events.map((event) => event.sg_event_id)).size).toBe(events.length);
    expect(events.find((event) => event.event === 'click')?.['url']).toBe('https://rsvp.example/yes');
  });

  it('is posted the same events again until it answers 2xx', async () => {
    const statuses = [500, 503, 302, 404];
    sandbox.webhook.answer((_, response) => void response.writeHead(statuses.shift() ?? 204).end());
    await sandbox.send(mail('ann@example.com'));
    await sandbox.webhook.until((posts) => posts.length === 5);
    const posts = sandbox.webhook.requests.map((post) => post.body.toString());
    expect(new Set(posts).size).toBe(1);
    expect(eventsOf(await sandbox.webhook.next()).map((event) => event.event)).toEqual([
      'processed',
      'delivered',
    ]);
  });

  it('loses nothing while it breaks connections', async () => {
    let broken = 0;
    sandbox.webhook.answer((_, response) => {
      broken += 1;
      if (broken <= 3) response.socket?.resetAndDestroy();
      else response.writeHead(200).end();
    });
    const sends = Array.from({ length: 50 }, (_, index) => sandbox.send(mail(`guest${index}@example.com`)));
    await Promise.all(sends);
    const distinct = (posts: readonly ReceivedRequest[]): number =>
      new Set(allEvents(posts.slice(3)).map((event) => event.sg_event_id)).size;
    await sandbox.webhook.until((posts) => distinct(posts) === 100);
  });

  it('is shown in the history of a message how its events fare', async () => {
    const statuses = [500];
    sandbox.webhook.answer((_, response) => void response.writeHead(statuses.shift() ?? 200).end());
    await sandbox.send(mail('ann@example.com'));
    const list = await sandbox.call<{ messages: { id: string }[] }>(
      'GET',
      '/inbox/messages?to=ann@example.com',
    );
    const history = await eventually(async () => {
      const path = `/inbox/messages/${list.messages[0]?.id}`;
      const message = await sandbox.call<{ history: { posting: { state: string } }[] }>('GET', path);
      return message.history.every(({ posting }) => posting.state === 'posted') && message.history;
    });
    expect(history).toMatchObject([
      { event: 'processed', posting: { attempts: 2 } },
      { event: 'delivered', posting: { attempts: 2 } },
    ]);
  });
});

describe('the signing key', () => {
  it('is the configured one', async () => {
    const pair = mintSendgridKeyPair();
    const sandbox = await startSandbox({ SANDBOX_SIGNING_KEY: pair.privateKey });
    try {
      await sandbox.send(mail('ann@example.com'));
      const { headers, body } = await sandbox.webhook.next();
      const signature = headers['x-twilio-email-event-webhook-signature'];
      const timestamp = headers['x-twilio-email-event-webhook-timestamp'];
      const check = createSendgridVerifier([pair.publicKey]);
      expect(check({ signature, timestamp, body, now: Date.now() / 1000 })).toMatchObject({ valid: true });
    } finally {
      await sandbox.close();
    }
  });

  it('stops the sandbox from starting when it is none, without being shown', async () => {
    const start = startSandbox({ SANDBOX_SIGNING_KEY: 'c2VjcmV0' });
    await expect(start).rejects.toThrow(/SANDBOX_SIGNING_KEY .* expected a P-256 private key/);
    await expect(start).rejects.not.toThrow(/c2VjcmV0/);
  });
});

describe('without an event webhook', () => {
  it('mail is accepted, and its events are shown as posted nowhere', async () => {
    const sandbox = await startSandbox({ SANDBOX_EVENT_WEBHOOK_URL: '' });
    try {
      expect((await sandbox.send(mail('ann@example.com'))).status).toBe(202);
      const list = await sandbox.call<{ messages: { id: string }[] }>('GET', '/inbox/messages');
      const message = await sandbox.call<{ history: object[] }>(
        'GET',
        `/inbox/messages/${list.messages[0]?.id}`,
      );
      expect(message.history).toMatchObject([{ posting: { state: 'off' } }, { posting: { state: 'off' } }]);
      const { events } = await sandbox.call<{ events: object }>('GET', '/inbox/stats');
      expect(events).toEqual({ queued: 0, posted: 0, failed: 0, later: 0 });
    } finally {
      await sandbox.close();
    }
  });
});

describe('a webhook that is down for long', () => {
  it('makes the sandbox refuse mail rather than lose events', async () => {
    const sandbox = await startSandbox({ SANDBOX_EVENT_QUEUE_MB: '1' });
    try {
      sandbox.webhook.answer((_, response) => void response.writeHead(503).end());
      const changes = { custom_args: { filler: 'x'.repeat(9_000) } };
      const statuses: number[] = [];
      while (statuses.at(-1) !== 429 && statuses.length < 200) {
        statuses.push((await sandbox.send(mail('ann@example.com', changes))).status);
      }
      expect(statuses.at(-1)).toBe(429);
      const accepted = statuses.length - 1;
      expect(await sandbox.call('GET', '/inbox/stats')).toMatchObject({
        accepted,
        events: { queued: accepted * 2 },
      });
      sandbox.webhook.answer((_, response) => void response.writeHead(200).end());
      const posted = (posts: readonly ReceivedRequest[]): number =>
        new Set(allEvents(posts).map((event) => event.sg_event_id)).size;
      await sandbox.webhook.until((posts) => posted(posts) === accepted * 2);
    } finally {
      await sandbox.close();
    }
  });
});
