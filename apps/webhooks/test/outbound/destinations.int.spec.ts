import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSubscription } from '@qflow/contracts';
import { commsEvent, dnsServer, eventually, type DnsReply, type DnsServer } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { WebhooksHarness } from '../webhooks-harness.js';

interface Hostile {
  url: string;
  why: string;
  code: string;
  /** What its host name is answered. */
  dns?: DnsReply;
}

const corpus = <T>(name: string): T[] =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, `${name}.json`), 'utf8')) as T[];

const hostile = corpus<Hostile>('hostile-urls');
const good = corpus<{ url: string; why: string }>('good-urls');
const elsewhere: DnsReply = { addresses: ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'] };

let dns: DnsServer;
let harness: WebhooksHarness;

beforeAll(async () => {
  dns = await dnsServer();
  for (const { url } of good) dns.set(new URL(url).hostname, elsewhere);
  for (const { url, dns: reply } of hostile) if (reply) dns.set(new URL(url).hostname, reply);
  // As in production: no private network is allowed.
  harness = await WebhooksHarness.start({ WEBHOOK_ALLOW_CIDRS: '', WEBHOOK_DNS_SERVERS: dns.address });
});
afterAll(async () => {
  await harness.stop();
  await dns.close();
});

const subscribe = (accountId: string, url: string): Promise<unknown> =>
  harness.rpc.ask(createSubscription, {
    accountId,
    id: uuidv7(),
    url,
    events: null,
    format: 'standard',
    secret: null,
    description: null,
    headers: {},
    retry: {},
    asymmetric: false,
  });

it('there are enough hostile URLs, and none of them twice', () => {
  expect(new Set(hostile.map(({ url }) => url)).size).toBe(hostile.length);
  expect(hostile.length).toBeGreaterThanOrEqual(240);
  expect(good.length).toBeGreaterThanOrEqual(20);
});

describe('registration', () => {
  it.each(hostile.map(({ why, url }) => [why, url.slice(0, 60), url]))(
    'refuses %s: %p',
    async (_why, _shown, url) => {
      const accountId = randomUUID();
      const refused = {
        code: 'validation_error',
        extras: {
          errors: [{ path: '/url', message: expect.stringMatching(/^(must|has|leads) .{10,}/) as unknown }],
        },
      };
      await expect(harness.register(accountId, url)).rejects.toMatchObject(refused);
      await expect(subscribe(accountId, url)).rejects.toMatchObject(refused);
      expect(await harness.query('SELECT FROM subscriptions WHERE account_id = $1', [accountId])).toEqual([]);
    },
  );

  it.each(good.map(({ why, url }) => [why, url.slice(0, 60), url]))(
    'takes %s: %p',
    async (_why, _shown, url) => {
      expect(await harness.register(randomUUID(), url)).toMatchObject({ url });
    },
  );
});

/** A subscription with a URL that registration would have refused: the rules were others once, or the name led elsewhere. */
const putUrls = async (accountId: string, urls: readonly string[]): Promise<void> => {
  await harness.register(accountId, 'https://example.com/');
  await harness.query(
    `INSERT INTO subscriptions (id, account_id, is_default, url, format, events, secret)
     SELECT gen_random_uuid(), account_id, false, given.url, format, events, secret
       FROM subscriptions, unnest($2::text[]) AS given (url) WHERE account_id = $1`,
    [accountId, urls],
  );
  await harness.query('DELETE FROM subscriptions WHERE account_id = $1 AND is_default', [accountId]);
};

interface Attempted {
  url: string;
  status: string;
  error_code: string;
  error: string;
  status_code: number | null;
}

const attempted = (accountId: string, count: number): Promise<Attempted[]> =>
  eventually(async () => {
    const rows = await harness.query<Attempted>(
      `SELECT url, status, error_code, error, status_code FROM deliveries
         JOIN subscriptions ON subscriptions.id = subscription_id
        WHERE deliveries.account_id = $1 AND attempts > 0`,
      [accountId],
    );
    return rows.length >= count ? rows : undefined;
  });

describe('an attempt', () => {
  it('at any of them is refused as well, and recorded with the reason', async () => {
    // PostgreSQL holds neither NUL nor half a character, so these two can never be there.
    const storable = hostile.filter(({ url }) => !/[\0\p{Cs}]/u.test(url));
    const rows: Attempted[] = [];
    // Not all at once: the name server is of this very process, and a name has three seconds.
    for (let begin = 0; begin < storable.length; begin += 20) {
      const urls = storable.slice(begin, begin + 20).map(({ url }) => url);
      const accountId = randomUUID();
      await putUrls(accountId, urls);
      await harness.publish(commsEvent({ accountId }));
      rows.push(...(await attempted(accountId, urls.length)));
    }
    const codes = new Map(rows.map(({ url, error_code }) => [url, error_code]));
    expect(storable.filter(({ url, code }) => codes.get(url) !== code)).toEqual([]);
    for (const row of rows) {
      expect(row).toMatchObject({ status: 'retrying', status_code: null });
      expect(row.error).toMatch(/^(the URL (must|has|leads)|timeout: its host name) /);
    }
  });

  it('at a name that has moved to a private address since it was registered is refused', async () => {
    dns.set('moved.example.com', elsewhere, { addresses: ['10.0.0.1'] });
    const accountId = randomUUID();
    await harness.register(accountId, 'https://moved.example.com/');
    await harness.publish(commsEvent({ accountId }));
    expect(await attempted(accountId, 1)).toMatchObject([
      {
        error_code: 'address_not_allowed',
        error:
          'the URL has a host name that leads to an address which is not on the public internet (moved.example.com)',
      },
    ]);
  });
});
