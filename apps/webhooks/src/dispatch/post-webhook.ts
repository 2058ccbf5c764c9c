import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Pool, type Dispatcher } from 'undici';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { checkUrl, DestinationRefused, vettedLookup } from '../destinations/destination.js';
import { explain } from './explain-failure.js';
import { parseRetryAfterMs } from './retry-policy.js';

/** What came of one request. */
export interface PostResult {
  /** Whether the receiver answered 2xx. */
  delivered: boolean;
  /** Null where no answer came. */
  statusCode: number | null;
  durationMs: number;
  /** In words a person can act on; null when delivered. */
  error: string | null;
  /** The beginning of the answer's body. */
  answer: string | null;
  /** What `Retry-After` asked for; 0 without it. */
  retryAfterMs: number;
}

/** Of an answer's body, this much is read, and this much is kept. */
const readBytes = 16 * 1024;
const keepCharacters = 2_048;
const maxOrigins = 2_000;

/** Posts webhooks: one keep-alive pool per origin, connected only to addresses that were vetted. */
@Injectable()
export class WebhookPoster {
  private readonly pools = new LRUCache<string, Pool>({
    max: maxOrigins,
    dispose: (pool) => void pool.close(),
  });

  constructor(@Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig) {}

  /** Never rejects: every failure is a result. Redirects are not followed. */
  async post(url: string, headers: Record<string, string>, body: Buffer): Promise<PostResult> {
    const started = performance.now();
    const duration = (): number => Math.round(performance.now() - started);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), this.config.WEBHOOK_TIMEOUT_MS);
    try {
      const target = checkUrl(url, this.config.WEBHOOK_ALLOW_CIDRS);
      const response = await this.poolOf(target).request({
        method: 'POST',
        path: target.pathname + target.search,
        headers,
        body,
        signal: limit.signal,
      });
      const answer = await readStart(response);
      const delivered = response.statusCode >= 200 && response.statusCode < 300;
      return {
        delivered,
        statusCode: response.statusCode,
        durationMs: duration(),
        error: delivered ? null : `the endpoint answered ${response.statusCode}`,
        answer,
        retryAfterMs: parseRetryAfterMs(response.headers['retry-after']),
      };
    } catch (error) {
      const cause = limit.signal.aborted ? { code: 'TIMEOUT' } : error;
      const text =
        error instanceof DestinationRefused
          ? `${error.code}: the URL ${error.message}`
          : explain(cause, this.config.WEBHOOK_TIMEOUT_MS);
      return {
        delivered: false,
        statusCode: null,
        durationMs: duration(),
        error: text,
        answer: null,
        retryAfterMs: 0,
      };
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private poolOf({ origin, protocol }: URL): Pool {
    let pool = this.pools.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        // Not bounded here: each endpoint's queue is, and subscriptions that share a host must not wait for each other.
        connections: null,
        pipelining: 1,
        keepAliveTimeout: 30_000,
        connect: {
          lookup: vettedLookup(protocol, this.config.WEBHOOK_ALLOW_CIDRS),
          timeout: this.config.WEBHOOK_TIMEOUT_MS,
        },
        headersTimeout: this.config.WEBHOOK_TIMEOUT_MS,
        bodyTimeout: this.config.WEBHOOK_TIMEOUT_MS,
      });
      this.pools.set(origin, pool);
    }
    return pool;
  }
}

/** Reads the beginning of an answer and lets go of the rest, however long it is. */
async function readStart({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= readBytes) break;
  }
  // NUL is text to us but not to PostgreSQL.
  return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '').slice(0, keepCharacters);
}
