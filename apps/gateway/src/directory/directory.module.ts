import { Module } from '@nestjs/common';
import { TemplateHeadsModule } from '../comms/template-heads.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LinksModule } from '../links/links.module.js';
import { AcceptGuest } from './accept-guest.js';
import { AcceptGuests } from './accept-guests.js';
import { BulkGuestsController } from './bulk-guests.controller.js';
import { Events } from './events.js';
import { EventsController } from './events.controller.js';
import { GuestApproval } from './guest-approval.js';
import { GuestsController } from './guests.controller.js';

@Module({
  imports: [IdentityModule, LinksModule, TemplateHeadsModule],
  controllers: [EventsController, GuestsController, BulkGuestsController],
  providers: [AcceptGuest, AcceptGuests, Events, GuestApproval],
  exports: [Events],
})
export class DirectoryModule {}
