import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LinksModule } from '../links/links.module.js';
import { AskSender } from './ask-sender.js';
import { EventFeed } from './event-feed.js';
import { EventFeedController } from './event-feed.controller.js';
import { SendHistory } from './send-history.js';
import { SendListController } from './send-list.controller.js';
import { SendRequests } from './send-requests.js';
import { SenderDomainController } from './sender-domain.controller.js';
import { SendsController } from './sends.controller.js';
import { SuppressionsController } from './suppressions.controller.js';
import { TemplateHeadsModule } from './template-heads.module.js';
import { TemplateMerge } from './template-merge.js';
import { TemplatePreviewLinkController } from './template-preview-link.controller.js';
import { TemplateSaving } from './template-saving.js';
import { TemplateTestCopy } from './template-test-copy.js';
import { TemplatesController } from './templates.controller.js';

@Module({
  imports: [IdentityModule, DirectoryModule, LinksModule, TemplateHeadsModule],
  controllers: [
    TemplatesController,
    TemplatePreviewLinkController,
    SendsController,
    SendListController,
    SuppressionsController,
    SenderDomainController,
    EventFeedController,
  ],
  providers: [
    TemplateMerge,
    TemplateSaving,
    TemplateTestCopy,
    AskSender,
    SendRequests,
    SendHistory,
    EventFeed,
  ],
})
export class CommsModule {}
