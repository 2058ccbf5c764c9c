import { Catch, Inject, type ArgumentsHost, type ExceptionFilter, type Type } from '@nestjs/common';
import { LOGGER } from '@qflow/service';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { pageHeaders } from './page.js';
import { troublePage } from './trouble-pages.js';

/**
 * Somebody in a browser gets a page, not a problem document.
 * @param what failed, for the log
 * @param undone what has not happened, for the page: see {@link troublePage}
 */
export function PageErrors(what: string, undone: string): Type<ExceptionFilter> {
  @Catch()
  class PageErrorFilter implements ExceptionFilter {
    constructor(@Inject(LOGGER) readonly logger: Logger) {}

    catch(err: unknown, host: ArgumentsHost): void {
      this.logger.error({ err }, `${what} failed`);
      const reply = host.switchToHttp().getResponse<FastifyReply>();
      void reply
        .code(503)
        .headers({ ...pageHeaders, 'Retry-After': '5' })
        .send(troublePage(undone));
    }
  }
  return PageErrorFilter;
}
