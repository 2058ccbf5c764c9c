import { Module } from '@nestjs/common';
import { Links } from './links.js';
import { ChoicePurge } from './purge-choices.js';
import { QrController } from './qr.controller.js';
import { RsvpController } from './rsvp.controller.js';
import { Rsvp } from './rsvp.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { Unsubscribe } from './unsubscribe.js';

@Module({
  controllers: [QrController, RsvpController, UnsubscribeController],
  providers: [Links, Rsvp, Unsubscribe, ChoicePurge],
  exports: [Links],
})
export class LinksModule {}
