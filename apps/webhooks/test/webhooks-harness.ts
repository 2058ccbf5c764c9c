import { commsEventSubject, setWebhook, type CommsEventV1, type WebhookWithSecret } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { startService, type RunningService } from '@qflow/service';
import { eventually, quietLogger, testPlatform, type TestPlatform } from '@qflow/testing';
import { DataSource } from 'typeorm';
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

  static async start(): Promise<WebhooksHarness> {
    const platform = await testPlatform({ schema: webhooksSchema, migrations });
    const harness = new WebhooksHarness(platform, new RpcClient(platform.messages.connection));
    await harness.startReplica();
    return harness;
  }

  async startReplica(): Promise<RunningService> {
    const config = loadWebhooksConfig({
      ...this.platform.env,
      WEBHOOK_SECRET_KEYS: secretKeys,
      WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8',
      WEBHOOK_TIMEOUT_MS: '2000',
    });
    const service = await startService(webhooksService(config), quietLogger('webhooks'));
    this.services.push(service);
    return service;
  }

  async stopReplica(): Promise<void> {
    await this.services.pop()?.close();
  }

  register(accountId: string, url: string): Promise<WebhookWithSecret> {
    return this.rpc.ask(setWebhook, { accountId, url });
  }

  publish(event: CommsEventV1, msgId?: string): Promise<void> {
    return this.platform.messages.publish(commsEventSubject(event.accountId, event.type), event, msgId);
  }

  query<Row>(text: string, parameters?: unknown[]): Promise<Row[]> {
    const [service] = this.services;
    if (!service) throw new Error('no replica is running');
    return service.app.get(DataSource).query<Row[]>(text, parameters as never);
  }

  /** Lets time pass for scheduled retries: their due time is a column, so that is what moves. */
  async makeRetriesDue(): Promise<void> {
    await this.query(`UPDATE deliveries SET due_at = now() WHERE status = 'retrying'`);
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
    for (const service of this.services) await service.close();
    await this.platform.stop();
  }
}
