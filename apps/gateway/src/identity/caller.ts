import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { KeyScope } from './scope.guard.js';

/** Who sent a request. Every query of the directory runs under the account. */
export interface Caller {
  accountId: string;
  userId: string;
  /** What an API key was made for; absent for a login, which opens everything its account may do. */
  scopes?: readonly KeyScope[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the bearer guard. */
    caller?: Caller;
  }
}

/** The caller, on routes behind the bearer guard. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('a route that asks for the caller is not behind the bearer guard');
  return caller;
});
