import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { LOGGER, Metrics } from '@qflow/service';
import { ErrorFilter } from './api/error.filter.js';
import type { SandboxConfig } from './config.js';
import { Domains } from './domains/domains.js';
import { DomainsController } from './domains/domains.controller.js';
import { DomainStateController } from './domains/domain-state.controller.js';
import { EventOutlet } from './event-webhook/event-outlet.js';
import type { PosterLog } from './event-webhook/event-poster.js';
import { generateKeyPair, type KeyPair } from './event-webhook/key-pair.js';
import { SigningKeyController } from './event-webhook/signing-key.controller.js';
import { connectWebhook, type WebhookConnection } from './event-webhook/webhook-connection.js';
import { Faults } from './faults/faults.js';
import { FaultsController } from './faults/faults.controller.js';
import { FaultRules } from './faults/rules/fault-rules.js';
import { FaultRulesController } from './faults/rules/fault-rules.controller.js';
import { InboxApiController } from './inbox/inbox-api.controller.js';
import { Inbox } from './inbox/inbox.js';
import { pageControllers, pageProviders } from './inbox/page/page-parts.js';
import { HungConnections } from './mail-send/hung-connections.js';
import { MailSend } from './mail-send/mail-send.js';
import { registerMetrics } from './register-metrics.js';
import { Reset } from './reset/reset.js';
import { ResetController } from './reset/reset.controller.js';
import { CONFIG, KEY_PAIR, WEBHOOK_CONNECTION } from './tokens.js';
import { EventsController } from './triggers/events.controller.js';
import { Triggers } from './triggers/triggers.js';

/** A fake SendGrid and the inbox of everything it "delivered". */
@Module({})
export class AppModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(HungConnections) private readonly hung: HungConnections,
    @Inject(EventOutlet) private readonly outlet: EventOutlet,
    @Inject(WEBHOOK_CONNECTION) private readonly webhook: WebhookConnection | null,
    @Inject(KEY_PAIR) keyPair: KeyPair,
    @Inject(LOGGER) private readonly log: PosterLog,
    @Inject(Metrics) metrics: Metrics,
  ) {
    registerMetrics(metrics, inbox, outlet);
    log.info({ publicKey: keyPair.publicKey }, 'event posts can be verified with this public key');
    if (!webhook)
      log.info({}, 'SANDBOX_EVENT_WEBHOOK_URL is not set: events are shown in the inbox, and posted nowhere');
  }

  static register(config: SandboxConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        DomainsController,
        DomainStateController,
        SigningKeyController,
        FaultsController,
        FaultRulesController,
        EventsController,
        ResetController,
        InboxApiController,
        ...pageControllers,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: KEY_PAIR, useFactory: () => config.SANDBOX_SIGNING_KEY ?? generateKeyPair() },
        { provide: Faults, useFactory: () => new Faults(config.SANDBOX_FAULT_SEED) },
        { provide: Inbox, useFactory: () => inboxOf(config) },
        {
          provide: WEBHOOK_CONNECTION,
          inject: [KEY_PAIR, Faults, LOGGER],
          useFactory: (keyPair: KeyPair, faults: Faults, log: PosterLog) =>
            connectWebhook(config, keyPair, { arrange: (events) => faults.maybeShuffle(events), log }),
        },
        {
          provide: EventOutlet,
          inject: [WEBHOOK_CONNECTION, Faults],
          useFactory: (webhook: WebhookConnection | null, faults: Faults) =>
            new EventOutlet(webhook?.poster ?? null, faults, config.SANDBOX_EVENT_QUEUE_MB * 1024 * 1024),
        },
        FaultRules,
        HungConnections,
        MailSend,
        Domains,
        ...pageProviders,
        Triggers,
        Reset,
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }

  /** The port closes once nobody hangs on it any more, so those who wait are let go first. */
  onModuleDestroy(): void {
    this.inbox.close();
    this.hung.close();
  }

  async onApplicationShutdown(): Promise<void> {
    const held = this.outlet.close();
    const left = held + ((await this.webhook?.close()) ?? 0);
    if (left > 0)
      this.log.warn({ events: left }, 'stopping with events that the webhook has not taken; they are lost');
  }
}

function inboxOf(config: SandboxConfig): Inbox {
  return new Inbox({
    messages: config.SANDBOX_INBOX_MESSAGES,
    summaryBytes: config.SANDBOX_INBOX_SUMMARIES_MB * 1024 * 1024,
    contentBytes: config.SANDBOX_INBOX_CONTENT_MB * 1024 * 1024,
  });
}
