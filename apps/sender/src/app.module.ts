import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { SENDER_CONFIG, type SenderConfig } from './config.js';
import { DomainProvider } from './domains/domain-provider.js';
import { DomainsController } from './domains/domains.controller.js';
import { SenderIdentities } from './domains/sender-identities.js';
import { DueSweeper } from './dispatch/due-sweeper.js';
import { Places } from './dispatch/places.js';
import { ProviderGate } from './dispatch/provider-gate.js';
import { RequestsController } from './dispatch/requests.controller.js';
import { SendDispatcher } from './dispatch/send-dispatcher.js';
import { NoticeDispatcher } from './notices/notice-dispatcher.js';
import { NoticesController } from './notices/notices.controller.js';
import { EmailProvider } from './provider/email-provider.js';
import { SendGridApi } from './provider/sendgrid/sendgrid-api.js';
import { SendGridDomains } from './provider/sendgrid/sendgrid-domains.js';
import { SendGridProvider } from './provider/sendgrid/sendgrid-provider.js';
import { ReportsController } from './receipts/reports.controller.js';
import { SendsController } from './sends/sends.controller.js';
import { SuppressionsController } from './suppressions/suppressions.controller.js';
import { CompiledTemplates } from './templates/compiled-templates.js';

@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(
    private readonly sweeper: DueSweeper,
    private readonly notices: NoticeDispatcher,
    private readonly dispatcher: SendDispatcher,
    private readonly domains: DomainProvider,
  ) {}

  static register(config: SenderConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        RequestsController,
        ReportsController,
        SendsController,
        SuppressionsController,
        DomainsController,
        NoticesController,
      ],
      providers: [
        { provide: SENDER_CONFIG, useValue: config },
        {
          provide: EmailProvider,
          useFactory: () =>
            new SendGridProvider({
              baseUrl: config.SENDGRID_BASE_URL,
              apiKey: config.SENDGRID_API_KEY,
              concurrency: config.PROVIDER_CONCURRENCY,
              timeoutMs: config.PROVIDER_TIMEOUT_MS,
            }),
        },
        {
          provide: DomainProvider,
          useFactory: () =>
            new SendGridDomains(
              new SendGridApi({
                baseUrl: config.SENDGRID_BASE_URL,
                apiKey: config.SENDGRID_API_KEY,
                timeoutMs: config.PROVIDER_TIMEOUT_MS,
              }),
            ),
        },
        SenderIdentities,
        CompiledTemplates,
        { provide: Places, useFactory: () => new Places(config.PROVIDER_CONCURRENCY) },
        ProviderGate,
        SendDispatcher,
        DueSweeper,
        NoticeDispatcher,
      ],
    };
  }

  /** The streams have stopped by now; this is the order in which the rest can. */
  async onApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
    await this.notices.stop();
    await this.dispatcher.stop();
    await this.domains.close();
  }
}
