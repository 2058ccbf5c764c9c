import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../api-keys/api-keys.js';
import { OperatorKeys } from '../api-keys/operator-keys.js';
import { keyKinds } from '../api-keys/secret-key.js';
import { TokenVerifier } from './token-verifier.js';
import type { Caller } from './caller.js';
import { Unauthorized } from './unauthorized.js';

/** RFC 6750 §2.1; the scheme's name is case-insensitive. */
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** A kind of bearer: access tokens, or API keys. */
interface Credentials {
  known(bearer: string): Caller | undefined;
  verify(bearer: string): Promise<Caller>;
}

/** Lets a request with a valid access token or API key through and puts its {@link Caller} on the request. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    @Inject(TokenVerifier) private readonly tokens: TokenVerifier,
    @Inject(ApiKeys) private readonly apiKeys: ApiKeys,
    @Inject(OperatorKeys) private readonly operatorKeys: OperatorKeys,
  ) {}

  /** Answers without a promise where the token is known: this runs on every request. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerOf(request);
    const credentials = this.credentialsOf(token);
    request.caller = credentials.known(token);
    return request.caller !== undefined || this.verify(request, credentials, token);
  }

  private async verify(request: FastifyRequest, credentials: Credentials, token: string): Promise<boolean> {
    request.caller = await credentials.verify(token);
    return true;
  }

  private credentialsOf(token: string): Credentials {
    if (token.startsWith(keyKinds.account)) return this.apiKeys;
    return token.startsWith(keyKinds.operator) ? this.operators : this.tokens;
  }

  /** Operators have no account to work in. */
  private readonly operators: Credentials = {
    known: () => undefined,
    verify: async (key) => {
      await this.operatorKeys.verify(key);
      throw new CodedError('insufficient_scope', 'An operator key opens /api/admin and nothing else.');
    },
  };
}

/**
 * What stands behind `Authorization: Bearer`.
 * @throws Unauthorized where there is nothing, or nothing that could be a token
 */
export function bearerOf({ headers }: FastifyRequest): string {
  // Another scheme is as good as none: the challenge tells which one is wanted.
  if (!headers.authorization?.match(/^Bearer\b/i)) throw Unauthorized.missing();
  const token = bearer.exec(headers.authorization)?.[1];
  if (!token) throw Unauthorized.invalid('The Authorization header is not of the form Bearer <token>.');
  return token;
}
