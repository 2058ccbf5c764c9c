import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessTokens } from './access-tokens.js';
import { Unauthorized } from './unauthorized.js';

/** RFC 6750 §2.1; the scheme's name is case-insensitive. */
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Lets a request with a valid access token through and puts its {@link Caller} on the request. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(@Inject(AccessTokens) private readonly tokens: AccessTokens) {}

  /** Answers without a promise where the token is known: this runs on every request. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = tokenOf(request);
    request.caller = this.tokens.known(token);
    return request.caller !== undefined || this.verify(request, token);
  }

  private async verify(request: FastifyRequest, token: string): Promise<boolean> {
    request.caller = await this.tokens.verify(token);
    return true;
  }
}

function tokenOf({ headers }: FastifyRequest): string {
  // Another scheme is as good as none: the challenge tells which one is wanted.
  if (!headers.authorization?.match(/^Bearer\b/i)) throw Unauthorized.missing();
  const token = bearer.exec(headers.authorization)?.[1];
  if (!token) throw Unauthorized.invalid('The Authorization header is not of the form Bearer <token>.');
  return token;
}
