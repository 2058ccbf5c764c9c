import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CodedError } from '@qflow/contracts';
import type { FastifyRequest } from 'fastify';

/** Which part of the API a route belongs to; `login` is what no API key opens. */
export type ApiScope = 'comms' | 'guests' | 'webhooks' | 'login';

/** What an API key can be made for: one or more parts of the API, or looking at all of it. */
export const keyScopes = ['comms', 'guests', 'webhooks', 'read'] as const;
export type KeyScope = (typeof keyScopes)[number];

export const REQUIRED_SCOPE = Symbol('RequiredScope');

/** Behind the bearer guard: an API key opens only what it was made for; a login opens everything. */
@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const scopes = request.caller?.scopes;
    if (!scopes) return true;
    const needed = this.reflector.get<ApiScope>(REQUIRED_SCOPE, context.getClass());
    if (needed === 'login')
      throw new CodedError(
        'insufficient_scope',
        'API keys do not open this route: use the token of a login.',
      );
    const looksOnly = request.method === 'GET' || request.method === 'HEAD';
    if (scopes.includes(needed) || (looksOnly && scopes.includes('read'))) return true;
    throw new CodedError(
      'insufficient_scope',
      `This API key has the scopes ${scopes.join(', ')}; this route needs ${needed}${looksOnly ? ' or read' : ''}.`,
    );
  }
}
