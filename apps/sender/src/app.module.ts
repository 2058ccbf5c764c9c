import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { AccountProviders } from './accounts/account-providers.js';
import { AccountProvidersController } from './accounts/account-providers.controller.js';
import { ChoicesController } from './choices/choices.controller.js';
import { SENDER_CONFIG, type SenderConfig } from './config.js';
import { DomainProvider } from './domains/domain-provider.js';
import { DomainsController } from './domains/domains.controller.js';
import { makeDomainProvider } from './domains/make-domain-provider.js';
import { SenderIdentities } from './domains/sender-identities.js';
import { AttemptReports } from './dispatch/attempt-reports.js';
import { DueSweeper } from './dispatch/due-sweeper.js';
import { PreparedEmails } from './dispatch/prepared-emails.js';
import { RequestsController } from './dispatch/requests.controller.js';
import { SendDispatcher } from './dispatch/send-dispatcher.js';
import { SendingState } from './dispatch/sending-state.js';
import { WaitingSends } from './dispatch/waiting-sends.js';
import { NoticeDispatcher } from './notices/notice-dispatcher.js';
import { NoticesController } from './notices/notices.controller.js';
import { OutcomeRecorder } from './outcomes/outcome-recorder.js';
import { makeProvider } from './provider/make-provider.js';
import { Providers } from './provider/providers.js';
import { AccountStatus } from './receipts/account-status.js';
import { ReportsController } from './receipts/reports.controller.js';
import { SendsController } from './sends/sends.controller.js';
import { SuppressionsController } from './suppressions/suppressions.controller.js';
import { CompiledTemplates } from './templates/compiled-templates.js';

@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(
    private readonly sweeper: DueSweeper,
    private readonly waiting: WaitingSends,
    private readonly notices: NoticeDispatcher,
    private readonly dispatcher: SendDispatcher,
    private readonly recorder: OutcomeRecorder,
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
        ChoicesController,
        DomainsController,
        NoticesController,
        AccountProvidersController,
      ],
      providers: [
        { provide: SENDER_CONFIG, useValue: config },
        { provide: Providers, useFactory: () => providersOf(config) },
        { provide: DomainProvider, useFactory: () => makeDomainProvider(config) },
        AccountProviders,
        AccountStatus,
        SenderIdentities,
        CompiledTemplates,
        PreparedEmails,
        AttemptReports,
        SendingState,
        OutcomeRecorder,
        SendDispatcher,
        DueSweeper,
        WaitingSends,
        NoticeDispatcher,
      ],
    };
  }

  /** The streams have stopped by now; this is the order in which the rest can. */
  async onApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
    await this.waiting.stop();
    await this.notices.stop();
    await this.dispatcher.stop();
    await this.recorder.idle();
    await this.domains.close();
  }
}

const providersOf = (config: SenderConfig): Providers =>
  new Providers({
    providers: config.availableProviders.map((name) => makeProvider(name, config)),
    defaults: config.PROVIDERS,
    concurrency: config.PROVIDER_CONCURRENCY,
  });
