import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { SendgridVerifier } from '@qflow/signing';
import type { FastifyRequest } from 'fastify';
import { signatureOf } from './post-gate.js';
import { PostIntake } from './post-intake.js';
import { notAuthentic } from './refused-post.js';

/** Injection token of the {@link SendgridVerifier} with the configured keys. */
export const SENDGRID_VERIFIER = Symbol('SendgridVerifier');

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
    const verification = this.verify({ ...signatureOf(headers), body });
    if (!verification.valid) throw notAuthentic(verification.reason);
    await this.intake.take(body as Buffer);
  }
}
