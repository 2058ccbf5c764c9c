import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { SecretStore, SecretValues } from './secret-store.js';

export interface ClusterAccess {
  /** Of the API server, such as `https://10.96.0.1:443`. */
  readonly origin: string;
  readonly token: string;
  /** PEM of the authority that certifies the API server. */
  readonly ca: string;
  readonly namespace: string;
  readonly pauseMs?: number;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly message?: string; readonly data?: SecretValues };
}

/** What was in the way of an answer. */
interface Unreached {
  readonly reason: string;
}

const TIMEOUT_MS = 10_000;
const PAUSE_MS = 1_000;
/** A network policy that lets this pod out may come into force some seconds after the pod. */
const TRIES = 60;

/** The Secrets of a namespace, over the API of Kubernetes: `get` and `create` are all that it asks for. */
export class ClusterSecretStore implements SecretStore {
  readonly namespace: string;
  private readonly pool: Pool;

  constructor(private readonly access: ClusterAccess) {
    this.namespace = access.namespace;
    this.pool = new Pool(access.origin, {
      connections: 4,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      connect: { ca: access.ca, timeout: TIMEOUT_MS },
    });
  }

  async read(name: string): Promise<SecretValues | undefined> {
    const answer = await this.ask('GET', `${this.path}/${name}`);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.refused(`get Secret ${name}`, answer);
    return decoded(answer.body.data ?? {});
  }

  async create(name: string, values: SecretValues): Promise<boolean> {
    const answer = await this.ask('POST', this.path, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, labels: { 'app.kubernetes.io/part-of': 'qflow-comms' } },
      type: 'Opaque',
      stringData: values,
    });
    if (answer.status === 409) return false;
    if (answer.status !== 201) throw this.refused(`create Secret ${name}`, answer);
    return true;
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private get path(): string {
    return `/api/v1/namespaces/${this.namespace}/secrets`;
  }

  /** Asks until there is an answer that means something. Repeating a `create` that did arrive ends in a 409. */
  private async ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    for (let left = TRIES - 1; ; left--) {
      const outcome = await this.once(method, path, body);
      const passing = 'reason' in outcome || outcome.status === 429 || outcome.status >= 500;
      if (!passing) return outcome;
      if (left === 0) throw this.unavailable(outcome);
      await pause(this.access.pauseMs ?? PAUSE_MS);
    }
  }

  private async once(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer | Unreached> {
    try {
      const { statusCode, body: answer } = await this.pool.request({
        method,
        path,
        headers: {
          authorization: `Bearer ${this.access.token}`,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: statusCode, body: readBody(await answer.text()) };
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      return { reason: message || String(code) };
    }
  }

  private refused(what: string, { status, body }: Answer): Error {
    const hint =
      status === 401 || status === 403
        ? ' The ServiceAccount of this Job needs a Role with "get" and "create" on secrets.'
        : '';
    return new Error(
      `The API server does not let this Job ${what} in namespace ${this.namespace} (${status}): ` +
        `${body.message ?? 'it gives no reason'}.${hint}`,
    );
  }

  private unavailable(last: Answer | Unreached): Error {
    const why = 'reason' in last ? last.reason : `${last.status} ${last.body.message ?? ''}`.trim();
    return new Error(`The API server at ${this.access.origin} does not answer as it should: ${why}.`);
  }
}

const decoded = (data: SecretValues): SecretValues =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );

/** A proxy in between answers in words of its own. */
function readBody(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return { message: text.slice(0, 200) };
  }
}
