import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from './config.js';
import { Destinations } from './destinations/destinations.js';
import { AttemptReport } from './dispatch/attempt-report.js';
import { DeliveryDispatcher } from './dispatch/delivery-dispatcher.js';
import { DueScheduler } from './dispatch/due-scheduler.js';
import { EventsController } from './dispatch/events.controller.js';
import { FirstAttempts } from './dispatch/first-attempts.js';
import { WebhookPoster } from './dispatch/post-webhook.js';
import { Recorder } from './dispatch/recorder.js';
import { LogController } from './log/log.controller.js';
import { Housekeeping } from './maintenance/housekeeping.js';
import { Partitions } from './maintenance/partitions.js';
import { ReplayWorker } from './replay/replay-worker.js';
import { ReplaysController } from './replay/replays.controller.js';
import { SecretsReport } from './secrets/secrets-report.js';
import { StandingReport } from './standing/standing-report.js';
import { Subscriptions } from './subscriptions/subscriptions.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';
import { WebhooksController } from './subscriptions/webhooks.controller.js';
import { TestCallController } from './test-call/test-call.controller.js';
import { TestWebhook } from './test-call/test-webhook.js';

@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(
    private readonly scheduler: DueScheduler,
    private readonly housekeeping: Housekeeping,
    private readonly partitions: Partitions,
    private readonly dispatcher: DeliveryDispatcher,
    private readonly poster: WebhookPoster,
  ) {}

  static register(config: WebhooksConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        EventsController,
        WebhooksController,
        SubscriptionsController,
        TestCallController,
        LogController,
        ReplaysController,
      ],
      providers: [
        { provide: WEBHOOKS_CONFIG, useValue: config },
        Destinations,
        Subscriptions,
        SecretsReport,
        WebhookPoster,
        StandingReport,
        AttemptReport,
        Recorder,
        DeliveryDispatcher,
        FirstAttempts,
        DueScheduler,
        Housekeeping,
        Partitions,
        ReplayWorker,
        TestWebhook,
      ],
    };
  }

  /** The streams have stopped by now; this is the order in which the rest can. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.scheduler.stop(), this.housekeeping.stop(), this.partitions.stop()]);
    await this.dispatcher.stop();
    this.poster.close();
  }
}
