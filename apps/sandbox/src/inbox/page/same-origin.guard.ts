import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/**
 * Lets the inbox's own forms through and nobody else's: a page from elsewhere, open in the developer's browser,
 * could otherwise post a form here and reset the sandbox or trigger events.
 *
 * A browser says where a request comes from in `Sec-Fetch-Site` (Fetch Metadata) or, where the sandbox is
 * reached over plain HTTP by another name than localhost, only in `Origin`. What sends neither is no browser.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.method === 'GET' || request.method === 'HEAD' || isFromHere(request)) return true;
    throw new ForbiddenException(
      'This form was sent by a page from elsewhere. Use the forms of the inbox itself.',
    );
  }
}

function isFromHere({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const site = headers['sec-fetch-site'];
  // `none`: the person did it, by the address bar or by repeating a request.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
