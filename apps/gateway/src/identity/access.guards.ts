import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccountAccess } from './account-access.js';
import type { Caller } from './caller.js';

const callerOf = (context: ExecutionContext): Caller =>
  context.switchToHttp().getRequest<FastifyRequest>().caller as Caller;

/** Behind the bearer guard: only accounts on the allow-list of the Comms API. */
@Injectable()
export class CommsGuard implements CanActivate {
  constructor(@Inject(AccountAccess) private readonly access: AccountAccess) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.access.requireComms(callerOf(context).accountId);
    return true;
  }
}

/** Behind the bearer guard: only accounts that may have e-mail sent. */
@Injectable()
export class SendingGuard implements CanActivate {
  constructor(@Inject(AccountAccess) private readonly access: AccountAccess) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.access.requireSending(callerOf(context).accountId);
    return true;
  }
}
