import {
  commsEventSubject,
  createSubscription,
  setWebhook,
  type CommsEventV1,
  type NewSubscription,
  type Rpc,
  type SubscriptionWithSecret,
  type WebhookWithSecret,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { Metrics, startService, type RunningService } from '@qflow/service';
import { eventually, quietLogger, testPlatform, type TestPlatform } from '@qflow/testing';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { loadWebhooksConfig, webhooksSchema } from '../src/config.js';
import { migrations } from '../src/migrations/index.js';
import { webhooksService } from '../src/service.js';

export const secretKeys = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

/** Waits for an answer as long as the spec does: how long that takes says nothing on a machine that is busy. */
class PatientRpcClient extends RpcClient {
  override ask<Request, Reply>(rpc: Rpc<Request, Reply>, request: Request): Promise<Reply> {
    return super.ask(rpc, request, { timeoutMs: 60_000 });
  }
}

/** One or more running replicas of webhooks on a platform of their own. */
export class WebhooksHarness {
  private readonly services: RunningService[] = [];

  private constructor(
    readonly platform: TestPlatform,
    readonly rpc: RpcClient,
    private readonly env: Record<string, string>,
  ) {}

  /** @param env of every replica, on top of what a local installation has */
  static async start(env: Record<string, string> = {}, logger?: Logger): Promise<WebhooksHarness> {
    const platform = await testPlatform({ schema: webhooksSchema, migrations });
    const harness = new WebhooksHarness(platform, new PatientRpcClient(platform.messages.connection), env);
    await harness.startReplica({}, logger);
    return harness;
  }

  /** @param env of this replica alone, on top of that of every one */
  async startReplica(
    env: Record<string, string> = {},
    logger = quietLogger('webhooks'),
  ): Promise<RunningService> {
    const config = loadWebhooksConfig({
      ...this.platform.env,
      WEBHOOK_SECRET_KEYS: secretKeys,
      WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8',
      // Receivers are of this very process, which takes in one connection at each turn: those that come in crowds would
      // run out of time where turns are long.
      WEBHOOK_ENDPOINT_CONCURRENCY: '8',
      ...this.env,
      ...env,
    });
    const service = await startService(webhooksService(config), logger);
    this.services.push(service);
    return service;
  }

  async stopReplica(): Promise<void> {
    await this.services.pop()?.close();
  }

  async stopReplicas(): Promise<void> {
    for (const service of this.services.splice(0)) await service.close();
  }

  register(accountId: string, url: string): Promise<WebhookWithSecret> {
    return this.rpc.ask(setWebhook, { accountId, url });
  }

  /** A subscription to everything in the default format, unless told otherwise. */
  subscribe(
    accountId: string,
    url: string,
    values: Partial<NewSubscription> = {},
  ): Promise<SubscriptionWithSecret> {
    return this.rpc.ask(createSubscription, {
      id: uuidv7(),
      accountId,
      url,
      events: null,
      format: 'qflow',
      secret: null,
      description: null,
      headers: {},
      retry: {},
      asymmetric: false,
      ...values,
    });
  }

  publish(event: CommsEventV1, msgId?: string): Promise<void> {
    return this.platform.messages.publish(commsEventSubject(event.accountId, event.type), event, msgId);
  }

  get dataSource(): DataSource {
    const [service] = this.services;
    if (!service) throw new Error('no replica is running');
    return service.app.get(DataSource);
  }

  query<Row>(text: string, parameters?: unknown[]): Promise<Row[]> {
    return this.dataSource.query<Row[]>(text, parameters as never);
  }

  /** The value of a gauge of the first replica. */
  async metric(name: string): Promise<number> {
    const [service] = this.services;
    if (!service) throw new Error('no replica is running');
    const text = await service.app.get(Metrics).registry.getSingleMetricAsString(name);
    return Number(text.trim().split(' ').at(-1));
  }

  /** On a connection of its own. */
  transaction(work: (manager: Pick<EntityManager, 'query'>) => Promise<void>): Promise<void> {
    const [service] = this.services;
    if (!service) throw new Error('no replica is running');
    return service.app.get(DataSource).transaction(work);
  }

  /** Has the retries of an account's webhooks come by {@link makeRetriesDue}, and not by themselves. */
  async holdRetries(accountId: string): Promise<void> {
    await this.query('UPDATE subscriptions SET retry = $2 WHERE account_id = $1', [
      accountId,
      { delaysSeconds: Array.from({ length: 9 }, () => 3_600) },
    ]);
  }

  /**
   * Lets time pass for scheduled retries: their due time is a column, so that is what moves. Not for those whose attempt
   * is under way: their claim would lapse, and they might well be attempted twice.
   */
  async makeRetriesDue(): Promise<void> {
    await this.query(`UPDATE waiting SET due_at = now() FROM deliveries
        WHERE (deliveries.subscription_id, deliveries.id) = (waiting.subscription_id, waiting.delivery_id)
          AND deliveries.status = 'retrying' AND NOT waiting.claimed`);
  }

  /** Resolves once every event on the stream is acknowledged. */
  async eventsHandled(): Promise<void> {
    const manager = await this.platform.messages.jetstream.jetstreamManager();
    await eventually(async () => {
      const { num_pending, num_ack_pending } = await manager.consumers.info('EVENTS', 'webhooks-events');
      return num_pending === 0 && num_ack_pending === 0;
    });
  }

  async stop(): Promise<void> {
    await this.stopReplicas();
    await this.platform.stop();
  }
}
