import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from './config.js';
import { DeliveryDispatcher } from './dispatch/delivery-dispatcher.js';
import { DueScheduler } from './dispatch/due-scheduler.js';
import { EventsController } from './dispatch/events.controller.js';
import { WebhookPoster } from './dispatch/post-webhook.js';
import { Subscriptions } from './subscriptions/subscriptions.js';
import { WebhooksController } from './subscriptions/webhooks.controller.js';
import { TestWebhook } from './test-call/test-webhook.js';

@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(
    private readonly scheduler: DueScheduler,
    private readonly dispatcher: DeliveryDispatcher,
    private readonly poster: WebhookPoster,
  ) {}

  static register(config: WebhooksConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [EventsController, WebhooksController],
      providers: [
        { provide: WEBHOOKS_CONFIG, useValue: config },
        Subscriptions,
        WebhookPoster,
        DeliveryDispatcher,
        DueScheduler,
        TestWebhook,
      ],
    };
  }

  /** The streams have stopped by now; this is the order in which the rest can. */
  async onApplicationShutdown(): Promise<void> {
    await this.scheduler.stop();
    await this.dispatcher.stop();
    await this.poster.close();
  }
}
