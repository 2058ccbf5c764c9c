import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.js';
import { maxItems } from '../validation/valid-items.js';
import { Budgets, type AccountBudgets } from './budgets.js';
import { windowSeconds } from './count-calls.js';
import { LIMIT_KIND, type LimitKind } from './limited.js';
import { RateLimits, type Call, type Standing } from './rate-limits.js';

/** Behind the bearer guard: lets a call through while its account has budget, and says on every answer how much. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    @Inject(Budgets) private readonly budgets: Budgets,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {}

  /** @throws CodedError `rate_limit` */
  canActivate(context: ExecutionContext): true | Promise<true> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { accountId } = request.caller as Caller;
    const kind = kindOf(context.getHandler());
    const spend = (budgets: AccountBudgets): true | Promise<true> =>
      this.spend(
        { accountId, kind, budget: budgets[kind], cost: kind === 'other' ? 1 : costOf(request.body) },
        http.getResponse<FastifyReply>(),
      );
    const known = this.budgets.known(accountId);
    return known ? spend(known) : this.budgets.of(accountId).then(spend);
  }

  private spend(call: Call, reply: FastifyReply): true | Promise<true> {
    const standing = this.limits.spend(call);
    return standing instanceof Promise
      ? standing.then((later) => settle(call, later, reply))
      : settle(call, standing, reply);
  }
}

const kindOf = (handler: object): LimitKind =>
  (Reflect.getMetadata(LIMIT_KIND, handler) as LimitKind | undefined) ?? 'other';

/** A bulk call with more items than there may be is refused before any of them is looked at, and costs like one. */
const costOf = (body: unknown): number =>
  Array.isArray(body) && body.length > 0 && body.length <= maxItems ? body.length : 1;

/** draft-ietf-httpapi-ratelimit-headers-10: what the budget is, and what is left of it. */
function settle(call: Call, standing: Standing, reply: FastifyReply): true {
  const seconds = Math.max(1, Math.ceil(standing.resetsIn / 1000));
  void reply.header('RateLimit-Policy', `"${call.kind}";q=${call.budget};w=${windowSeconds}`);
  void reply.header('RateLimit', `"${call.kind}";r=${standing.left};t=${seconds}`);
  if (standing.allowed) return true;
  throw new CodedError('rate_limit', reasonOf(call, standing, seconds), { retryAfter: seconds });
}

function reasonOf({ kind, budget, cost }: Call, { left }: Standing, seconds: number): string {
  const calls = callsOf(kind);
  if (cost > budget)
    return `These ${cost} items are more than the ${budget} ${calls} a minute of this account. Send fewer at once.`;
  const spent = `The ${budget} ${calls} a minute of this account are spent`;
  if (cost === 1) return `${spent}. Try again in ${seconds} s.`;
  return `${cost} items do not fit: ${left} of ${budget} ${calls} a minute are left, and none was counted. Try again in ${seconds} s.`;
}

const callsOf = (kind: LimitKind): string => (kind === 'other' ? 'calls' : `${kind}s`);
