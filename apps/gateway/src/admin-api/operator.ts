import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Operator } from '../api-keys/operator-keys.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the operator guard. */
    operator?: Operator;
  }
}

/** How the audit calls whoever holds the operator's key of this request. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { operator } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!operator) throw new Error('a route that asks for the operator is not behind the operator guard');
  return `operator:${operator.name}`;
});
