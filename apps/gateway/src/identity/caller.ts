import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who sent a request. Every query of the directory runs under the account. */
export interface Caller {
  accountId: string;
  userId: string;
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
