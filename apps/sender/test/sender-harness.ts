import {
  getSend,
  getTemplateVersion,
  providerEventsV1,
  sendRequestedKey,
  sendRequestedV1,
  type CommsEventV1,
  type ProviderEvent,
  type SendRequestedV1,
  type SendState,
  type SendView,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { inTransaction, type Sql } from '@qflow/persistence';
import { startService, type RunningService } from '@qflow/service';
import { eventually, quietLogger, sendRequest, testPlatform, type TestPlatform } from '@qflow/testing';
import { DataSource } from 'typeorm';
import { loadSenderConfig, senderSchema } from '../src/config.js';
import { migrations } from '../src/migrations/index.js';
import { senderService } from '../src/service.js';
import { fakeSendGrid, type FakeSendGrid } from './fake-sendgrid.js';

/** The part `sending` of `/health`. */
export interface SendingHealth {
  status: 'up' | 'degraded';
  providers: Record<
    string,
    { state: string; because?: string; error?: string; since?: string; until?: string; trial?: string }
  >;
  pullsAgainAt?: string;
  note?: string;
}

/** The sender on a platform of its own, with a SendGrid that does as told and a templates service of one template. */
export class SenderHarness {
  private readonly services: RunningService[] = [];
  /** While set, the templates service answers every question with an error. */
  templatesAway = false;
  private constructor(
    readonly platform: TestPlatform,
    readonly sendgrid: FakeSendGrid,
    readonly rpc: RpcClient,
    private readonly env: Record<string, string>,
  ) {}

  /** @param env settings beside those that every spec wants */
  static async start(env: Record<string, string> = {}): Promise<SenderHarness> {
    const platform = await testPlatform({ schema: senderSchema, migrations });
    const harness = new SenderHarness(
      platform,
      await fakeSendGrid(),
      new RpcClient(platform.messages.connection),
      env,
    );
    platform.messages.answerWith(getTemplateVersion, ({ templateId, version }) =>
      harness.templatesAway
        ? { ok: false, code: 'server_error', detail: 'broken', extras: {} }
        : {
            ok: true,
            value: {
              templateId,
              version,
              subject: 'Your ticket for {{event}}',
              html: '<p>Hello {{firstname}}, see you at {{event}}.</p>',
              fromAddress: 'tickets@example.com',
              fromName: 'Tickets',
              replyTo: 'support@example.com',
            },
          },
    );
    await harness.startReplica();
    return harness;
  }

  async startReplica(): Promise<RunningService> {
    const config = loadSenderConfig({
      ...this.platform.env,
      SENDGRID_BASE_URL: this.sendgrid.url,
      SENDGRID_API_KEY: 'SG.test',
      PROVIDER_TIMEOUT_MS: '3000',
      UNKNOWN_GRACE_SECONDS: '3600',
      ...this.env,
    });
    const service = await startService(senderService(config), quietLogger('sender'));
    this.services.push(service);
    return service;
  }

  async stopReplica(): Promise<void> {
    await this.services.pop()?.close();
  }

  /** What `/health` of the replica that was started first says of sending. */
  async sending(): Promise<SendingHealth> {
    const answer = await fetch(`${this.replica.url}/health`);
    const { details } = (await answer.json()) as { details: { sending: SendingHealth } };
    return details.sending;
  }

  /** Resolves once every provider gets e-mail. That one is back is found out with e-mail, so some is sent. */
  allOpen(): Promise<unknown> {
    return eventually(async () => {
      if ((await this.sending()).status === 'up') return true;
      const request = sendRequest();
      await this.request(request);
      await this.state(request, 'sent');
      return false;
    });
  }

  /** The value of a metric of the replica that was started first; undefined where there is none. */
  async metric(nameAndLabels: string): Promise<number | undefined> {
    const text = await (await fetch(`${this.replica.url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${nameAndLabels} `));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  }

  /** @param copy distinguishes repeats, which the stream itself would drop inside its duplicate window */
  request(message: SendRequestedV1, copy = ''): Promise<void> {
    return this.platform.messages.publish(
      sendRequestedV1.subject,
      message,
      sendRequestedKey(message.sendId) + copy,
    );
  }

  report(...events: ProviderEvent[]): Promise<void> {
    return this.platform.messages.publish(providerEventsV1.subject, {
      kind: 'provider.events',
      version: 1,
      provider: 'sendgrid',
      receivedAt: new Date().toISOString(),
      events,
    });
  }

  view({ accountId, sendId }: Pick<SendRequestedV1, 'accountId' | 'sendId'>): Promise<SendView | null> {
    return this.rpc.ask(getSend, { accountId, sendId });
  }

  /** Resolves once the send is in this state. */
  state(send: Pick<SendRequestedV1, 'accountId' | 'sendId'>, state: SendState): Promise<SendView> {
    return eventually(async () => {
      const view = await this.view(send);
      return view?.status === state ? view : null;
    });
  }

  /** The customer events about a send that are on the stream, in order. */
  async events(sendId: string): Promise<CommsEventV1[]> {
    const events = await this.platform.messages.inStream<CommsEventV1>('EVENTS');
    return events.filter(({ data }) => data.attendeeInvitationId === sendId);
  }

  /**
   * Resolves once exactly these events are on the stream, and answers them in the order of `types`: those of different
   * transactions are published side by side, and their order there is nobody's promise.
   */
  async announced(sendId: string, types: string[]): Promise<CommsEventV1[]> {
    return eventually(async () => {
      const left = await this.events(sendId);
      if (left.length !== types.length) return null;
      const found = types.flatMap((wanted) => {
        const place = left.findIndex(({ type }) => type === wanted);
        return place === -1 ? [] : left.splice(place, 1);
      });
      return left.length === 0 ? found : null;
    });
  }

  /** A send that has been there for a while, in this state. */
  async stored(
    values: Partial<SendRequestedV1> & { state: SendState; createdAt?: string },
  ): Promise<SendRequestedV1> {
    const { state, createdAt, ...request } = values;
    const send = sendRequest(request);
    await this.query(
      `INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, correlation_id, recipient, state, created_at)
       VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9)`,
      [
        send.sendId,
        send.accountId,
        send.eventId,
        send.attendeeId,
        send.templateId,
        send.correlationId,
        send.merge.guest.email,
        state,
        createdAt ?? new Date(Date.now() - 60_000).toISOString(),
      ],
    );
    return send;
  }

  query<Row>(text: string, parameters?: unknown[]): Promise<Row[]> {
    return this.dataSource().query<Row[]>(text, parameters as never);
  }

  /** A transaction after which its process dies: it is committed, and nobody publishes what is in the outbox. */
  commitAndDie<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return inTransaction(this.dataSource(), work);
  }

  private dataSource(): DataSource {
    return this.replica.app.get(DataSource);
  }

  /** The first one. */
  get replica(): RunningService {
    const [service] = this.services;
    if (!service) throw new Error('no replica is running');
    return service;
  }

  /** Lets a send's wait end: it is a column, so that is what moves. */
  async makeDue(sendId: string): Promise<void> {
    await this.query('UPDATE open_sends SET due_at = now() WHERE send_id = $1 AND due_at IS NOT NULL', [
      sendId,
    ]);
  }

  async stop(): Promise<void> {
    for (const service of this.services) await service.close();
    await this.sendgrid.close();
    await this.platform.stop();
  }
}
