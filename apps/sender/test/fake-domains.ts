import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

interface Entry {
  id: number;
  domain: string;
  subdomain: string;
  valid: boolean;
  dns: Record<string, { valid: boolean; type: string; host: string; data: string }>;
}

/** SendGrid's `/v3/whitelabel/domains`, as far as the adapter needs it; the sandbox app is the faithful one. */
export class FakeDomains {
  readonly entries = new Map<number, Entry>();
  readonly calls: string[] = [];
  /** Names of records that are not in the DNS, by domain. */
  readonly missing = new Map<string, string[]>();
  private ids = 0;
  private broken: ((call: string, response: ServerResponse, work: () => void) => void) | undefined;

  /** Has the next calls answered otherwise; `work` does what was asked for, and answers. */
  answer(how?: (call: string, response: ServerResponse, work: () => void) => void): void {
    this.broken = how;
  }

  handle(request: IncomingMessage, body: string, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://sendgrid');
    const call = `${request.method} ${url.pathname}`;
    this.calls.push(call);
    const work = (): void => {
      const [status, answer] = this.answerTo(request.method ?? '', url, body);
      response.writeHead(status).end(answer === undefined ? '' : JSON.stringify(answer));
    };
    if (this.broken) this.broken(call, response, work);
    else work();
  }

  private answerTo(method: string, url: URL, body: string): [status: number, answer?: unknown] {
    const [, , , , id, action] = url.pathname.split('/');
    if (id === undefined) return method === 'POST' ? this.create(body) : [200, this.list(url.searchParams)];
    const entry = this.entries.get(Number(id));
    if (!entry) return [404, { errors: [{ message: 'not found' }] }];
    if (action === 'validate') return [200, this.validate(entry)];
    this.entries.delete(entry.id);
    return [204];
  }

  private list(query: URLSearchParams): Entry[] {
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
    return [...this.entries.values()]
      .filter(({ domain }) => domain.includes(query.get('domain') ?? ''))
      .slice(offset, offset + limit);
  }

  private create(body: string): [status: number, answer: unknown] {
    const { domain, subdomain } = JSON.parse(body) as { domain: string; subdomain: string };
    if (domain === 'refused.test') return [400, { errors: [{ message: 'bad domain', field: 'domain' }] }];
    const record = (host: string, data: string) => ({ valid: false, type: 'cname', host, data });
    const entry: Entry = {
      id: ++this.ids,
      domain,
      subdomain,
      valid: false,
      dns: {
        mail_cname: record(`${subdomain}.${domain}`, 'u7.wl.sendgrid.net'),
        dkim1: record(`s1._domainkey.${domain}`, 's1.domainkey.u7.wl.sendgrid.net'),
        dkim2: record(`s2._domainkey.${domain}`, 's2.domainkey.u7.wl.sendgrid.net'),
      },
    };
    this.entries.set(entry.id, entry);
    return [201, entry];
  }

  private validate(entry: Entry): object {
    const missing = this.missing.get(entry.domain) ?? [];
    for (const [name, record] of Object.entries(entry.dns)) record.valid = !missing.includes(name);
    entry.valid = missing.length === 0;
    const results = Object.entries(entry.dns).map(([name, { valid }]) => [
      name,
      { valid, reason: valid ? null : `Expected CNAME for "${name}" was not found.` },
    ]);
    return { id: entry.id, valid: entry.valid, validation_results: Object.fromEntries(results) as object };
  }
}

/** A call that is held until `release`, and the signal that it has come. */
export function heldCall(): {
  hold: (call: string, response: ServerResponse, work: () => void) => void;
  came: Promise<void>;
  release: () => void;
} {
  let arrived = (): void => {};
  let go = (): void => {};
  const came = new Promise<void>((resolve) => (arrived = resolve));
  const released = new Promise<void>((resolve) => (go = resolve));
  return {
    hold: (_call, _response, work) => {
      arrived();
      void released.then(work);
    },
    came,
    release: () => go(),
  };
}

/** Resolves when whoever asked has gone away. */
export const hungUp = (response: ServerResponse): Promise<unknown> => once(response, 'close');
