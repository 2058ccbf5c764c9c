import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import type { FastifyRequest } from 'fastify';
import { OperatorKeys } from '../api-keys/operator-keys.js';
import { keyKinds } from '../api-keys/secret-key.js';
import { bearerOf, BearerGuard } from '../identity/bearer.guard.js';

/** Lets a request with an operator's key through and puts its operator on the request. */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(
    @Inject(OperatorKeys) private readonly keys: OperatorKeys,
    @Inject(BearerGuard) private readonly accounts: BearerGuard,
  ) {}

  /** @throws Unauthorized, or CodedError `insufficient_scope` to accounts, whatever they may do */
  async canActivate(context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const bearer = bearerOf(request);
    if (!bearer.startsWith(keyKinds.operator)) {
      await this.accounts.canActivate(context);
      throw new CodedError('insufficient_scope', 'Only the key of an operator opens this route.');
    }
    request.operator = await this.keys.verify(bearer);
    return true;
  }
}
