import { Controller, Inject } from '@nestjs/common';
import {
  createSubscription as createRpc,
  deleteSubscription as deleteRpc,
  getSubscription,
  listSubscriptions as listRpc,
  rotateSubscription,
  updateSubscription as updateRpc,
  type MissedDeliveries,
  type NewSubscription,
  type SubscriptionChanges,
  type SubscriptionView,
  type SubscriptionWithSecret,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { OutboxRelay, sqlOf, type Sql } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { Destinations } from '../destinations/destinations.js';
import { openSecret } from '../secrets/open-secret.js';
import { createSubscription } from './create-subscription.js';
import { deleteSubscription } from './delete-subscription.js';
import { listSubscriptions, viewOf } from './list-subscriptions.js';
import { ownSubscription, type OfSubscription } from './own-subscription.js';
import { rotateSecret } from './rotate-secret.js';
import type { SubscriptionRow } from './subscription.js';
import { Subscriptions } from './subscriptions.js';
import { updateSubscription } from './update-subscription.js';

/** Answers the gateway's questions about an account's subscriptions. */
@Controller()
export class SubscriptionsController {
  private readonly sql: Sql;

  constructor(
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    private readonly dataSource: DataSource,
    private readonly destinations: Destinations,
    private readonly subscriptions: Subscriptions,
    private readonly relay: OutboxRelay,
  ) {
    this.sql = sqlOf(dataSource);
  }

  @Answers(createRpc)
  async create(request: NewSubscription): Promise<SubscriptionWithSecret> {
    const row = await createSubscription(this.dataSource, request, {
      keys: this.config.WEBHOOK_SECRET_KEYS,
      destinations: this.destinations,
      limit: this.config.WEBHOOK_MAX_SUBSCRIPTIONS,
    });
    this.subscriptions.changed(request.accountId);
    return this.withSecret(row);
  }

  @Answers(listRpc)
  list({ accountId }: { accountId: string }): Promise<SubscriptionView[]> {
    return listSubscriptions(this.dataSource, accountId);
  }

  @Answers(getSubscription)
  async get(subscription: OfSubscription): Promise<SubscriptionView> {
    return viewOf(this.dataSource, await ownSubscription(this.sql, subscription));
  }

  @Answers(updateRpc)
  async update(
    changes: SubscriptionChanges,
  ): Promise<SubscriptionView & { missed: MissedDeliveries | null }> {
    const { row, missed, entries } = await updateSubscription(this.dataSource, changes, {
      keys: this.config.WEBHOOK_SECRET_KEYS,
      destinations: this.destinations,
    });
    this.subscriptions.changed(changes.accountId);
    this.relay.publish(entries);
    return { ...(await viewOf(this.dataSource, row)), missed };
  }

  @Answers(deleteRpc)
  async delete(subscription: OfSubscription): Promise<{ deleted: true }> {
    await deleteSubscription(this.sql, subscription);
    this.subscriptions.changed(subscription.accountId);
    return { deleted: true };
  }

  @Answers(rotateSubscription)
  async rotate(
    request: OfSubscription & { overlapSeconds: number; rotationId?: string },
  ): Promise<SubscriptionWithSecret> {
    const row = await rotateSecret(this.dataSource, request, this.config.WEBHOOK_SECRET_KEYS);
    this.subscriptions.changed(request.accountId);
    return this.withSecret(row);
  }

  private async withSecret(row: SubscriptionRow): Promise<SubscriptionWithSecret> {
    const secret = openSecret(this.config.WEBHOOK_SECRET_KEYS, row.id, row.secret);
    return { ...(await viewOf(this.dataSource, row)), secret };
  }
}
