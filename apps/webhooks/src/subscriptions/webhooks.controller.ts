import { Controller, Inject } from '@nestjs/common';
import {
  deleteWebhook,
  getWebhook,
  listSendDeliveries,
  rotateWebhook,
  setWebhook,
  testWebhook,
  type TestResult,
  type TimelineEntry,
  type WebhookWithSecret,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { sendDeliveries } from '../deliveries/send-deliveries.js';
import { TestWebhook } from '../test-call/test-webhook.js';
import {
  deleteDefaultWebhook,
  findDefaultWebhook,
  rotateDefaultSecret,
  setDefaultWebhook,
} from './default-webhook.js';
import { Subscriptions } from './subscriptions.js';

interface OfAccount {
  accountId: string;
}

/** Answers the gateway's questions about webhooks. */
@Controller()
export class WebhooksController {
  constructor(
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    private readonly dataSource: DataSource,
    private readonly subscriptions: Subscriptions,
    private readonly testCall: TestWebhook,
  ) {}

  @Answers(setWebhook)
  async set({ accountId, url }: OfAccount & { url: string }): Promise<WebhookWithSecret> {
    const { WEBHOOK_SECRET_KEYS: keys, WEBHOOK_ALLOW_CIDRS: networks } = this.config;
    const answer = await setDefaultWebhook(sqlOf(this.dataSource), { accountId, url, keys, networks });
    this.subscriptions.changed(accountId);
    return answer;
  }

  @Answers(getWebhook)
  async get({ accountId }: OfAccount): Promise<{ url: string } | null> {
    const webhook = await findDefaultWebhook(sqlOf(this.dataSource), accountId);
    return webhook && { url: webhook.url };
  }

  @Answers(rotateWebhook)
  async rotate({ accountId }: OfAccount): Promise<WebhookWithSecret> {
    const answer = await rotateDefaultSecret(
      sqlOf(this.dataSource),
      accountId,
      this.config.WEBHOOK_SECRET_KEYS,
    );
    this.subscriptions.changed(accountId);
    return answer;
  }

  @Answers(testWebhook)
  test({ accountId }: OfAccount): Promise<TestResult> {
    return this.testCall.fire(accountId);
  }

  @Answers(deleteWebhook)
  async delete({ accountId }: OfAccount): Promise<{ deleted: true }> {
    await deleteDefaultWebhook(sqlOf(this.dataSource), accountId);
    this.subscriptions.changed(accountId);
    return { deleted: true };
  }

  @Answers(listSendDeliveries)
  deliveries({ accountId, sendId }: OfAccount & { sendId: string }): Promise<TimelineEntry[]> {
    return sendDeliveries(sqlOf(this.dataSource), accountId, sendId);
  }
}
