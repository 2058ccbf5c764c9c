import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.js';
import type { Claim } from './claim-keys.js';
import { keyUseOf, type KeyUse } from './idempotency-key.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { Replay } from './replay.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Held while the request is carried out; see `keepAnswers`. */
    claim?: Claim;
  }
}

/**
 * The last guard of a POST. With an `Idempotency-Key`, the request is carried out by whoever holds its claim, and
 * by nobody else; without one it costs nothing.
 */
@Injectable()
export class IdempotencyGuard implements CanActivate {
  constructor(@Inject(IdempotencyKeys) private readonly keys: IdempotencyKeys) {}

  /** @throws Replay; CodedError `validation_error` (the key), `idempotency_conflict` */
  canActivate(context: ExecutionContext): true | Promise<true> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const use = keyUseOf(request, (request.caller as Caller).accountId);
    return use ? this.claim(request, use) : true;
  }

  private async claim(request: FastifyRequest, use: KeyUse): Promise<true> {
    const found = await this.keys.claim(use);
    if ('body' in found) throw new Replay(found);
    request.claim = found;
    request.idSeed = found.seed;
    return true;
  }
}
