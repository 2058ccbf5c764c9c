import { signSendgridEvents } from '@qflow/signing';
import { Pool } from 'undici';
import type { SandboxConfig } from '../config.js';
import { EventPoster, type PosterOptions } from './event-poster.js';
import { postEvents, type SignBody } from './event-webhook.js';
import type { KeyPair } from './key-pair.js';

/** A poster with the connections it posts over. */
export interface WebhookConnection {
  poster: EventPoster;
  /** Stops posting and closes the connections; resolves with the number of events left unposted. */
  close: () => Promise<number>;
}

/** Connects to the configured event webhook. @returns null when none is configured */
export function connectWebhook(
  config: SandboxConfig,
  keyPair: KeyPair,
  collaborators: Pick<PosterOptions, 'arrange' | 'log'>,
): WebhookConnection | null {
  if (config.SANDBOX_EVENT_WEBHOOK_URL === undefined) return null;
  const url = new URL(config.SANDBOX_EVENT_WEBHOOK_URL);
  const timeout = config.SANDBOX_EVENT_TIMEOUT_SECONDS * 1000;
  const pool = new Pool(url.origin, {
    connections: config.SANDBOX_EVENT_CONCURRENCY,
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connect: { timeout },
  });
  const sign: SignBody = (body) => {
    const timestamp = Math.floor(Date.now() / 1000);
    return { ...signSendgridEvents({ privateKey: keyPair.privateKey, timestamp, body }) };
  };
  const poster = new EventPoster({
    ...collaborators,
    post: (body) => postEvents(pool, url.pathname + url.search, body, sign),
    concurrency: config.SANDBOX_EVENT_CONCURRENCY,
    gap: config.SANDBOX_EVENT_GAP_MS,
    retry: { first: config.SANDBOX_EVENT_RETRY_FIRST_MS, longest: config.SANDBOX_EVENT_RETRY_LONGEST_MS },
    capacity: config.SANDBOX_EVENT_QUEUE_MB * 1024 * 1024,
  });
  const close = async (): Promise<number> => {
    const left = await poster.close();
    await pool.close();
    return left;
  };
  return { poster, close };
}
