import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { CompatibleLogController } from './compatible/compatible-log.controller.js';
import { CompatibleWebhooksController } from './compatible/compatible-webhooks.controller.js';
import { DeliveriesController } from './deliveries.controller.js';
import { ReplaysController } from './replays.controller.js';
import { SubscriptionActionsController } from './subscription-actions.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { WebhookController } from './webhook.controller.js';

/** Where the account is told of its events, and the log of that; the webhooks service has it all. */
@Module({
  imports: [IdentityModule],
  controllers: [
    WebhookController,
    SubscriptionsController,
    SubscriptionActionsController,
    DeliveriesController,
    ReplaysController,
    CompatibleWebhooksController,
    CompatibleLogController,
  ],
})
export class WebhooksModule {}
