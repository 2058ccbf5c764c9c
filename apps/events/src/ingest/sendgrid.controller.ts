import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { SENDGRID_SIGNATURE_HEADER, SENDGRID_TIMESTAMP_HEADER, type SendgridVerifier } from '@qflow/signing';
import type { FastifyRequest } from 'fastify';
import { PostIntake } from './post-intake.js';
import { notAuthentic } from './refused-post.js';

/** Injection token of the {@link SendgridVerifier} with the configured keys. */
export const SENDGRID_VERIFIER = Symbol('SendgridVerifier');

/** Node has lower-cased the names of what it received. */
const signatureHeader = SENDGRID_SIGNATURE_HEADER.toLowerCase();
const timestampHeader = SENDGRID_TIMESTAMP_HEADER.toLowerCase();

/** Where SendGrid's Event Webhook posts to. */
@Controller('ingest')
export class SendgridController {
  constructor(
    @Inject(SENDGRID_VERIFIER) private readonly verify: SendgridVerifier,
    private readonly intake: PostIntake,
  ) {}

  /** 204 once every event of the post is on the stream; SendGrid repeats for 24 hours what is answered otherwise. */
  @Post('sendgrid')
  @HttpCode(204)
  async receive(@Req() { headers, body }: FastifyRequest<{ Body: Buffer | undefined }>): Promise<void> {
    const verification = this.verify({
      signature: headers[signatureHeader],
      timestamp: headers[timestampHeader],
      body,
    });
    if (!verification.valid) throw notAuthentic(verification.reason);
    await this.intake.take(body as Buffer);
  }
}
