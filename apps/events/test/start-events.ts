import { importSendgridPrivateKey, mintSendgridKeyPair, signSendgridEvents } from '@qflow/signing';
import { startService, type RunningService } from '@qflow/service';
import { quietLogger, testNats, TestMessages, type TestNats } from '@qflow/testing';
import { loadEventsConfig } from '../src/config.js';
import { eventsService } from '../src/service.js';

export type SendgridKey = ReturnType<typeof mintSendgridKeyPair>;

/** How a post is made; each field has the value of a genuine one until told otherwise. */
export interface PostOptions {
  key?: SendgridKey;
  /** Unix seconds. */
  timestamp?: number;
  /** What is sent, where it is not what was signed; a stream is sent in chunks. */
  sent?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
  signed?: boolean;
}

/** The events service on a NATS server of its own, and SendGrid's side of it. */
export interface RunningEvents {
  url: string;
  nats: TestNats;
  messages: TestMessages;
  /** The two keys that are configured. */
  keys: [SendgridKey, SendgridKey];
  post(body: string | Uint8Array<ArrayBuffer>, options?: PostOptions): Promise<Response>;
  /** The value of a counter with these labels, such as `{reason="…"}`; 0 where it was never counted. */
  counted(name: string, labels?: string): Promise<number>;
  stop(): Promise<void>;
}

export const unixNow = (): number => Math.floor(Date.now() / 1000);

/** A post of SendGrid's: the JSON array and CR LF, which is signed with the rest. */
export const bodyOf = (entries: unknown): string => `${JSON.stringify(entries)}\r\n`;

/** @param env settings that this spec file is about */
export async function startEvents(env: Record<string, string> = {}): Promise<RunningEvents> {
  const nats = await testNats();
  const keys: [SendgridKey, SendgridKey] = [mintSendgridKeyPair(), mintSendgridKeyPair()];
  const config = loadEventsConfig({
    NATS_URL: nats.url,
    HOST: '127.0.0.1',
    PORT: '0',
    SENDGRID_WEBHOOK_PUBLIC_KEYS: keys.map(({ publicKey }) => publicKey).join(','),
    ...env,
  });
  const service: RunningService = await startService(eventsService(config), quietLogger('events'));
  const messages = await TestMessages.connect(nats.url);
  const post = (body: string | Uint8Array<ArrayBuffer>, options: PostOptions = {}): Promise<Response> =>
    fetch(`${service.url}/ingest/sendgrid`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(options.signed !== false && signatureOf(body, options.key ?? keys[0], options.timestamp)),
        ...options.headers,
      },
      body: options.sent ?? body,
      duplex: 'half',
    });
  return {
    url: service.url,
    nats,
    messages,
    keys,
    post,
    async counted(name, labels = '') {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      const line = text.split('\n').find((one) => one.startsWith(`${name}${labels} `));
      return Number(line?.split(' ').at(-1) ?? 0);
    },
    async stop() {
      await service.close();
      await messages.close();
      await nats.stop();
    },
  };
}

/** The headers that make `body` authentic. */
export const signatureOf = (
  body: string | Uint8Array,
  key: SendgridKey,
  timestamp = unixNow(),
): Record<string, string> => ({
  ...signSendgridEvents({ privateKey: importSendgridPrivateKey(key.privateKey), timestamp, body }),
});
