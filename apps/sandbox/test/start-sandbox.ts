import { loadConfig, type RunningService, startService } from '@qflow/service';
import { quietLogger, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { settings } from '../src/config.js';
import { sandboxService } from '../src/service-options.js';

export const API_KEY = 'SG.test-key';

/** A sandbox over real HTTP on a free port, with a webhook that receives its events. */
export interface TestSandbox {
  url: string;
  webhook: WebhookReceiver;
  /** `POST /v3/mail/send` with the right key. */
  send: (body: unknown, init?: RequestInit) => Promise<Response>;
  /** A call under `/v3` with the right key. */
  api: (method: string, path: string, body?: unknown) => Promise<Response>;
  /** Calls one of the sandbox's own routes; the answer's JSON. */
  call: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  close: () => Promise<void>;
}

/** @param env settings beside those that every test wants */
export async function startSandbox(env: Record<string, string> = {}): Promise<TestSandbox> {
  const webhook = await webhookReceiver();
  try {
    const config = loadConfig(settings, { ...testSettings, SANDBOX_EVENT_WEBHOOK_URL: webhook.url, ...env });
    const service = await startService(sandboxService(config), quietLogger('sandbox'));
    return testSandbox(service, webhook);
  } catch (error) {
    await webhook.close();
    throw error;
  }
}

const testSettings = {
  HOST: '127.0.0.1',
  PORT: '0',
  SANDBOX_API_KEY: API_KEY,
  SANDBOX_EVENT_RETRY_FIRST_MS: '1',
  SANDBOX_EVENT_RETRY_LONGEST_MS: '5',
};

function testSandbox(service: RunningService, webhook: WebhookReceiver): TestSandbox {
  const { url } = service;
  return {
    url,
    webhook,
    send: (body, init = {}) =>
      fetch(`${url}/v3/mail/send`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json', ...init.headers },
      }),
    api: (method, path, body) =>
      fetch(`${url}/v3${path}`, {
        method,
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
        headers: {
          authorization: `Bearer ${API_KEY}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
      }),
    call: async <T>(method: string, path: string, body?: unknown) => {
      const headers: Record<string, string> =
        body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await fetch(url + path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.text();
      return (text ? JSON.parse(text) : undefined) as T;
    },
    close: async () => {
      await service.close();
      await webhook.close();
    },
  };
}

/** A mail that the sandbox takes; give what matters to the test. */
export function mail(to: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    personalizations: [{ to: [{ email: to, name: 'Ann' }] }],
    from: { email: 'events@conf.example', name: 'Conf & Co' },
    subject: 'Your ticket',
    content: [
      { type: 'text/plain', value: 'Hello Ann' },
      { type: 'text/html', value: '<p>Hello <b>Ann</b>, <a href="https://rsvp.example/yes">yes</a></p>' },
    ],
    ...changes,
  };
}
