import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { v7 as uuidv7 } from 'uuid';
import { accessTokenSeconds, GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { isGuid } from '../validation/formats.js';
import type { Caller } from './caller.js';
import { signingAlgorithm, SigningKeys } from './signing-keys.js';
import { Unauthorized } from './unauthorized.js';

/** The API these tokens are for, as `aud` and as the scope a client asks for. */
export const apiScope = 'qflowapi';

/** RFC 9068 §2.1: tells an access token from any other JWT of this issuer. */
const tokenType = 'at+jwt';

interface Verified {
  caller: Caller;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface AccessTokenClaims extends Caller {
  clientId: string;
  scope: readonly string[];
}

/** Makes and checks access tokens: JWTs that any service can check against the published key set (RFC 9068). */
@Injectable()
export class AccessTokens {
  readonly issuer: string;
  /** A token is checked once; its signature check costs more than the rest of a cached request's way. */
  private readonly verified = new LRUCache<string, Verified>({ max: 10_000 });

  constructor(
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(GATEWAY_CONFIG) config: Pick<GatewayConfig, 'PUBLIC_URL'>,
  ) {
    this.issuer = `${config.PUBLIC_URL}/core`;
  }

  mint({ accountId, userId, clientId, scope }: AccessTokenClaims): Promise<string> {
    const { kid, privateKey } = this.keys.current();
    return new SignJWT({ account: accountId, client_id: clientId, scope: scope.join(' ') })
      .setProtectedHeader({ alg: signingAlgorithm, kid, typ: tokenType })
      .setIssuer(this.issuer)
      .setAudience(apiScope)
      .setSubject(userId)
      .setJti(uuidv7())
      .setIssuedAt()
      .setExpirationTime(`${accessTokenSeconds}s`)
      .sign(privateKey);
  }

  /** The caller of a token that was checked before and still holds: the hot path, without a promise. */
  known(token: string): Caller | undefined {
    const hit = this.verified.get(token);
    return hit && hit.expiresAt > Date.now() ? hit.caller : undefined;
  }

  /** @throws Unauthorized saying what is wrong with the token */
  async verify(token: string): Promise<Caller> {
    const payload = await this.check(token);
    const { sub, account, exp } = payload;
    if (!isId(sub) || !isId(account)) throw Unauthorized.invalid('The access token names no account.');
    const caller = { accountId: account, userId: sub };
    this.verified.set(token, { caller, expiresAt: Number(exp) * 1000 });
    return caller;
  }

  private async check(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.key(kid), {
        issuer: this.issuer,
        audience: apiScope,
        algorithms: [signingAlgorithm],
        typ: tokenType,
        requiredClaims: ['sub', 'exp', 'jti'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw Unauthorized.invalid('The access token has expired.');
      if (error instanceof errors.JOSEError) throw Unauthorized.invalid('The access token is not valid.');
      throw error;
    }
  }

  private async key(kid: string | undefined): Promise<CryptoKey> {
    const key = kid === undefined ? undefined : await this.keys.find(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}

const isId = (value: unknown): value is string => typeof value === 'string' && isGuid(value);
