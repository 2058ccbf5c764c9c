import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LinksModule } from '../links/links.module.js';
import { RequestResend } from './request-resend.js';
import { SendHistory } from './send-history.js';
import { SendsController } from './sends.controller.js';
import { TemplateHeadsModule } from './template-heads.module.js';
import { TemplatesController } from './templates.controller.js';
import { WebhookController } from './webhook.controller.js';

@Module({
  imports: [IdentityModule, DirectoryModule, LinksModule, TemplateHeadsModule],
  controllers: [TemplatesController, SendsController, WebhookController],
  providers: [RequestResend, SendHistory],
})
export class CommsModule {}
