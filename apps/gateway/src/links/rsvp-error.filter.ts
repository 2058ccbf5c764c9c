import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { LOGGER } from '@qflow/service';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { pageHeaders } from './page.js';
import { troublePage } from './rsvp-pages.js';

/** A guest in a browser gets a page, not a problem document. */
@Catch()
export class RsvpErrorFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(err: unknown, host: ArgumentsHost): void {
    this.logger.error({ err }, 'an RSVP page failed');
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply
      .code(503)
      .headers({ ...pageHeaders, 'Retry-After': '5' })
      .send(troublePage());
  }
}
