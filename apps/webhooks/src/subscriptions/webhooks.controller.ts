import { Controller, Inject } from '@nestjs/common';
import {
  deleteWebhook,
  getWebhook,
  rotateWebhook,
  setWebhook,
  type WebhookWithSecret,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { OutboxRelay, sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { Destinations } from '../destinations/destinations.js';
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
    private readonly destinations: Destinations,
    private readonly subscriptions: Subscriptions,
    private readonly relay: OutboxRelay,
  ) {}

  @Answers(setWebhook)
  async set({ accountId, url }: OfAccount & { url: string }): Promise<WebhookWithSecret> {
    const { WEBHOOK_SECRET_KEYS: keys, WEBHOOK_MAX_SUBSCRIPTIONS: limit } = this.config;
    const { entries, ...answer } = await setDefaultWebhook(
      this.dataSource,
      { accountId, url },
      { keys, destinations: this.destinations, limit },
    );
    this.subscriptions.changed(accountId);
    this.relay.publish(entries);
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

  @Answers(deleteWebhook)
  async delete({ accountId }: OfAccount): Promise<{ deleted: true }> {
    await deleteDefaultWebhook(sqlOf(this.dataSource), accountId);
    this.subscriptions.changed(accountId);
    return { deleted: true };
  }
}
