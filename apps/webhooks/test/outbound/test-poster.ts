import { Metrics } from '@qflow/service';
import { loadWebhooksConfig } from '../../src/config.js';
import { Destinations } from '../../src/destinations/destinations.js';
import { WebhookPoster, type PostResult } from '../../src/dispatch/post-webhook.js';

export interface TestPoster {
  poster: WebhookPoster;
  destinations: Destinations;
  /** Posts a small event; `timeoutMs` is long unless the case is about it. */
  post(url: string, options?: { timeoutMs?: number; headers?: Record<string, string> }): Promise<PostResult>;
}

/** What posts webhooks, with the settings of an operator who allows loopback unless told otherwise. */
export function testPoster(settings: Record<string, string> = {}): TestPoster {
  const config = loadWebhooksConfig({
    DATABASE_URL: 'postgres://127.0.0.1/none',
    NATS_URL: 'nats://127.0.0.1:1',
    WEBHOOK_SECRET_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8',
    ...settings,
  });
  const destinations = new Destinations(config);
  const poster = new WebhookPoster(config, destinations, new Metrics());
  return {
    poster,
    destinations,
    post: (url, { timeoutMs = 20_000, headers = {} } = {}) =>
      poster.post({
        url,
        headers: { 'Content-Type': 'application/json', ...headers },
        body: Buffer.from('{"id":"1"}'),
        timeoutMs,
      }),
  };
}
