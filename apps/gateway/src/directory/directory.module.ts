import { Module } from '@nestjs/common';
import { TemplateHeadsModule } from '../comms/template-heads.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LinksModule } from '../links/links.module.js';
import { AcceptGuest } from './accept-guest.js';
import { Events } from './events.js';
import { EventsController } from './events.controller.js';
import { GuestsController } from './guests.controller.js';

@Module({
  imports: [IdentityModule, LinksModule, TemplateHeadsModule],
  controllers: [EventsController, GuestsController],
  providers: [AcceptGuest, Events],
  exports: [Events],
})
export class DirectoryModule {}
