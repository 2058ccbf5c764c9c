import { Controller, Get, Inject } from '@nestjs/common';
import { KEY_PAIR } from '../tokens.js';
import type { KeyPair } from './key-pair.js';

/**
 * Tells receivers the key to verify event posts with.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/webhooks/get-signed-event-webhooks-public-key
 */
@Controller('v3/user/webhooks/event/settings/signed')
export class SigningKeyController {
  constructor(@Inject(KEY_PAIR) private readonly keyPair: KeyPair) {}

  @Get()
  show(): { public_key: string } {
    return { public_key: this.keyPair.publicKey };
  }
}
