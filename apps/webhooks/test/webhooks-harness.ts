import {
  commsEventSubject,
  createSubscription,
  setWebhook,
  type CommsEventV1,
  type NewSubscription,
  type SubscriptionWithSecret,
  type WebhookWithSecret,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { Metrics, startService, type RunningService } from '@qflow/service';
import { eventually, quietLogger, testPlatform, type TestPlatform } from '@qflow/testing';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { loadWebhooksConfig, webhooksSchema } from '../src/config.js';
import { migrations } from '../src/migrations/index.js';
import { webhooksService } from '../src/service.js';

export const secretKeys = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

/** One or more running replicas of webhooks on a platform of their own. */
export class WebhooksHarness {
  private readonly services: RunningService[] = [];

  private constructor(
    readonly platform: TestPlatform,
    readonly rpc: RpcClient,
  ) {}

  static async start(...replica: Parameters<WebhooksHarness['startReplica']>): Promise<WebhooksHarness> {
    const platform = await testPlatform({ schema: webhooksSchema, migrations });
    const harness = new WebhooksHarness(platform, new RpcClient(platform.messages.connection));
    await harness.startReplica(...replica);
    return harness;
  }

  /** @param env on top of what a local installation has */
  async startReplica(
    env: Record<string, string> = {},
    logger = quietLogger('webhooks'),
  ): Promise<RunningService> {
    const config = loadWebhooksConfig({
      ...this.platform.env,
      WEBHOOK_SECRET_KEYS: secretKeys,
      WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8',
      WEBHOOK_TIMEOUT_MS: '2000',
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

  /** Lets time pass for scheduled retries: their due time is a column, so that is what moves. */
  async makeRetriesDue(): Promise<void> {
    await this.query(`UPDATE waiting SET due_at = now() FROM deliveries
        WHERE (deliveries.subscription_id, deliveries.id) = (waiting.subscription_id, waiting.delivery_id)
          AND deliveries.status = 'retrying'`);
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
