import { Module } from '@nestjs/common';
import { Links } from './links.js';
import { QrController } from './qr.controller.js';
import { RsvpController } from './rsvp.controller.js';
import { Rsvp } from './rsvp.js';

@Module({ controllers: [QrController, RsvpController], providers: [Links, Rsvp], exports: [Links] })
export class LinksModule {}
