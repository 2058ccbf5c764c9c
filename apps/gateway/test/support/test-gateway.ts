import { randomBytes, randomUUID } from 'node:crypto';
import { inTransaction, sqlOf, type Sql } from '@qflow/persistence';
import { startService, type RunningService } from '@qflow/service';
import {
  ContractCheck,
  eventually,
  quietLogger,
  testPlatform,
  type OpenApi,
  type TestPlatform,
} from '@qflow/testing';
import { DataSource } from 'typeorm';
import { Change } from '../../src/admin/change.js';
import { createUser } from '../../src/admin/create-user.js';
import type { TrustState } from '../../src/admin/trust.js';
import { gatewaySchema, loadGatewayConfig, type GatewayConfig } from '../../src/config.js';
import { hashSecret } from '../../src/identity/clients.js';
import { AccessTokens } from '../../src/identity/access-tokens.js';
import { hashPassword } from '../../src/identity/passwords.js';
import { migrations } from '../../src/migrations/index.js';
import { gatewayService } from '../../src/service.js';
import { FakeServices } from './fake-services.js';

/** An answer, its body parsed where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  text: string;
}

export interface CallOptions {
  /** Of another replica, where it is not to be the first. */
  url?: string;
  token?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
  /** Hangs up. */
  signal?: AbortSignal;
}

export interface TestUser {
  accountId: string;
  userId: string;
  email: string;
  password: string;
  token: string;
}

/** A gateway on real PostgreSQL and NATS, with fakes of the services behind it. */
export class TestGateway {
  readonly fakes: FakeServices;
  readonly sql: Sql;
  /** Checks every answer against the OpenAPI document. */
  private contract: ContractCheck | undefined;
  readonly client = { id: 'spec', secret: 'spec-secret-0123456789' };

  private constructor(
    readonly platform: TestPlatform,
    readonly config: GatewayConfig,
    readonly service: RunningService,
  ) {
    this.fakes = new FakeServices(platform.messages);
    this.sql = sqlOf(service.app.get(DataSource));
  }

  static async start(env: Record<string, string> = {}): Promise<TestGateway> {
    const platform = await testPlatform({ schema: gatewaySchema, migrations });
    const config = configOf(platform, env);
    const service = await startGateway(config).catch(async (error: unknown) => {
      await platform.stop().catch(() => undefined);
      throw error;
    });
    const gateway = new TestGateway(platform, config, service);
    const { id, secret } = gateway.client;
    await gateway.sql('INSERT INTO clients (id, secret_hash) VALUES ($1, $2)', [id, hashSecret(secret)]);
    const document = await gateway.call('GET', '/openapi.json');
    gateway.contract = new ContractCheck(document.body as unknown as OpenApi);
    return gateway;
  }

  async stop(): Promise<void> {
    await this.service.close();
    await this.platform.stop();
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.service.app.get<T>(type);
  }

  /** A user whose account may do everything, unless told otherwise. */
  async user(values: { comms?: boolean; trust?: TrustState; pin?: string | null } = {}): Promise<TestUser> {
    const email = `${randomUUID()}@example.com`;
    const password = 'correct horse battery';
    const { comms = true, trust = 'verified', pin = null } = values;
    const passwordHash = await hashPassword(password);
    const { accountId, id: userId } = await inTransaction(this.get(DataSource), (sql) =>
      createUser(new Change(sql, 'spec'), { email, passwordHash, pin, comms, trust }),
    );
    // A login as the token endpoint makes it, without the time that a password takes.
    const loginId = randomUUID();
    await this.sql('INSERT INTO token_families (id, user_id, client_id, scope) VALUES ($1, $2, $3, $4)', [
      loginId,
      userId,
      this.client.id,
      ['qflowapi'],
    ]);
    const token = await this.get(AccessTokens).mint({
      accountId,
      userId,
      loginId,
      clientId: 'spec',
      scope: ['qflowapi'],
    });
    return { accountId, userId, email, password, token };
  }

  /** One HTTP request over a real socket. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { url = this.service.url, token, body, raw, headers, signal } = options;
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(signal && { signal }),
      ...(body !== undefined ? { body: JSON.stringify(body) } : raw !== undefined ? { body: raw } : {}),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    const parsed = contentType.includes('json') ? (JSON.parse(text) as Answer['body']) : {};
    const flaw = this.contract?.flawOf({ method, path, status: response.status, contentType, body: parsed });
    if (flaw) throw new Error(flaw);
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  /** A request to the token endpoint, from an address of its own: wrong passwords slow an address down. */
  token(
    form: Record<string, string> | [string, string][],
    headers: Record<string, string> = {},
    url = this.service.url,
  ): Promise<Answer> {
    return this.call('POST', '/core/connect/token', {
      url,
      raw: new URLSearchParams(form).toString(),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Forwarded-For': anyAddress(),
        ...headers,
      },
    });
  }

  async event(user: TestUser, values: object = {}): Promise<string> {
    const { status, body, text } = await this.call('POST', '/api/event', {
      token: user.token,
      body: {
        title: 'Summer Gala',
        startTime: '2036-06-21T19:30',
        endTime: '2036-06-21T23:00',
        timeZoneId: 'Europe/London',
        companyName: 'Analytical Events',
        ...values,
      },
    });
    if (status !== 200) throw new Error(text);
    return String(body.id);
  }

  /** How many messages were ever published, once none is left to be. */
  async published(): Promise<number> {
    await eventually(async () => (await this.count('outbox')) === 0);
    const manager = await this.platform.messages.jetstream.jetstreamManager();
    const streams = await Promise.all(['SENDS', 'EVENTS'].map((stream) => manager.streams.info(stream)));
    return streams.reduce((sum, { state }) => sum + state.last_seq, 0);
  }

  async count(table: string): Promise<number> {
    const [row] = await this.sql<{ count: string }>(`SELECT count(*) FROM ${table}`);
    return Number(row?.count);
  }
}

/** Of the range that nobody has (RFC 6890): another one each time. */
export const anyAddress = (): string => `240.${[...randomBytes(3)].join('.')}`;

export const configOf = (platform: TestPlatform, env: Record<string, string> = {}): GatewayConfig =>
  loadGatewayConfig({
    ...platform.env,
    PUBLIC_URL: 'https://comms.example.com',
    SECRET_KEYS: `spec:${randomBytes(32).toString('base64')}`,
    // A spec makes more calls in a minute than an account may.
    RATE_LIMIT_GUEST: '1000000',
    RATE_LIMIT_SEND: '1000000',
    RATE_LIMIT_OTHER: '1000000',
    TRUSTED_PROXIES: 'loopback',
    ...env,
  });

export const startGateway = (config: GatewayConfig): Promise<RunningService> =>
  startService(gatewayService(config), quietLogger('gateway'));
