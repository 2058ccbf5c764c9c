import type { BenchStack } from '../../stack/bench-stack.js';
import type { Query } from './queries.js';

export interface Timed {
  readonly ms: number;
  /** Entries of a list; 1 for anything else. */
  readonly entries: number;
  /** Path and query of the next page. */
  readonly next: string | undefined;
}

/** The public API, as the owner of the subscriptions calls it. */
export class LogClient {
  private constructor(
    private readonly gateway: string,
    private readonly token: string,
  ) {}

  static async login({ info }: BenchStack): Promise<LogClient> {
    const { gateway, demo } = info;
    const form = new URLSearchParams({
      grant_type: 'password',
      client_id: demo.clientId,
      client_secret: demo.clientSecret,
      scope: 'qflowapi',
      username: demo.username,
      password: demo.password,
    });
    const response = await fetch(`${gateway}/core/connect/token`, { method: 'POST', body: form });
    const { access_token: token } = (await response.json()) as { access_token: string };
    return new LogClient(gateway, token);
  }

  /** @returns the new subscription's id */
  async subscribe(url: string): Promise<string> {
    const { body } = await this.#call('POST', '/api/comms/webhooks', { url });
    return (body as { id: string }).id;
  }

  /** @throws Error when the answer is anything but 200 */
  ask(subscriptionId: string, { path }: Pick<Query, 'path'>): Promise<Timed> {
    return this.get(`/api/comms/webhooks/${subscriptionId}/${path}`);
  }

  async get(path: string): Promise<Timed> {
    const from = performance.now();
    const { body, headers } = await this.#call('GET', path);
    const ms = performance.now() - from;
    const [, next] = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '') ?? [];
    return { ms, next, entries: Array.isArray(body) ? body.length : 1 };
  }

  async #call(method: string, path: string, json?: object): Promise<{ body: unknown; headers: Headers }> {
    const response = await fetch(`${this.gateway}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(json && { 'content-type': 'application/json' }),
      },
      ...(json && { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return { body: JSON.parse(text), headers: response.headers };
  }
}
