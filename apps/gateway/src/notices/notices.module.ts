import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { EndpointEventsController } from './endpoint-events.controller.js';
import { NoticesController } from './notices.controller.js';
import { NoticePurge } from './purge-notices.js';

@Module({
  imports: [IdentityModule],
  controllers: [NoticesController, EndpointEventsController],
  providers: [NoticePurge],
})
export class NoticesModule {}
