import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT, type CryptoKey, type JWTVerifyResult } from 'jose';
import { LRUCache } from 'lru-cache';
import { v7 as uuidv7 } from 'uuid';
import { accessTokenSeconds, GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { isGuid } from '../validation/formats.js';
import type { Caller } from './caller.js';
import { LoginRevocations } from './revocation/login-revocations.js';
import { signingAlgorithm, SigningKeys } from './signing/signing-keys.js';
import type { TokenVerifier } from './token-verifier.js';
import { Unauthorized } from './unauthorized.js';

/** The API these tokens are for, as `aud` and as the scope a client asks for. */
export const apiScope = 'qflowapi';

/** RFC 9068 §2.1: tells an access token from any other JWT of this issuer. */
const tokenType = 'at+jwt';

/** What an access token is made from. */
export interface AccessTokenClaims extends Caller {
  /** The login it belongs to: `sid`, the same in all access tokens of a family of refresh tokens. */
  loginId: string;
  clientId: string;
  scope: readonly string[];
}

/** What a checked access token says. */
export interface CheckedToken {
  caller: Caller;
  loginId: string;
  /** `jti`: this one token. */
  tokenId: string;
  clientId: string;
  /** Of the key that signed it. */
  kid: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Makes and checks access tokens: JWTs that any service can check against the published key set (RFC 9068). */
@Injectable()
export class AccessTokens implements TokenVerifier {
  readonly issuer: string;
  /** A token is checked once; its signature check costs more than the rest of a cached request's way. */
  private readonly checked = new LRUCache<string, CheckedToken>({ max: 10_000 });

  constructor(
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(LoginRevocations) private readonly revocations: LoginRevocations,
    @Inject(GATEWAY_CONFIG) config: Pick<GatewayConfig, 'PUBLIC_URL'>,
  ) {
    this.issuer = `${config.PUBLIC_URL}/core`;
  }

  mint({ accountId, userId, loginId, clientId, scope }: AccessTokenClaims): Promise<string> {
    const { kid, privateKey } = this.keys.current();
    return new SignJWT({ account: accountId, sid: loginId, client_id: clientId, scope: scope.join(' ') })
      .setProtectedHeader({ alg: signingAlgorithm, kid, typ: tokenType })
      .setIssuer(this.issuer)
      .setAudience(apiScope)
      .setSubject(userId)
      .setJti(uuidv7())
      .setIssuedAt()
      .setExpirationTime(`${accessTokenSeconds}s`)
      .sign(privateKey);
  }

  known(token: string): Caller | undefined {
    const hit = this.checked.get(token);
    return hit && hit.expiresAt > Date.now() && this.keys.has(hit.kid) ? this.unrevoked(hit) : undefined;
  }

  async verify(token: string): Promise<Caller> {
    const checked = checkedTokenOf(await this.check(token));
    if (!checked) throw Unauthorized.invalid('The access token names no account.');
    this.checked.set(token, checked);
    return this.unrevoked(checked);
  }

  /** What a token of ours says, revoked or not; undefined for any other text and where it has expired. */
  async read(token: string): Promise<CheckedToken | undefined> {
    try {
      return checkedTokenOf(await this.check(token));
    } catch (error) {
      if (error instanceof Unauthorized) return undefined;
      throw error;
    }
  }

  private unrevoked({ caller, loginId, tokenId }: CheckedToken): Caller {
    if (!this.revocations.holds(loginId, tokenId))
      throw Unauthorized.invalid('The access token has been revoked.');
    return caller;
  }

  private async check(token: string): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(token, ({ kid }) => this.key(kid), {
        issuer: this.issuer,
        audience: apiScope,
        algorithms: [signingAlgorithm],
        typ: tokenType,
        requiredClaims: ['sub', 'exp', 'jti', 'sid'],
      });
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

function checkedTokenOf({ payload, protectedHeader }: JWTVerifyResult): CheckedToken | undefined {
  const { sub, account, sid, jti, client_id: clientId, exp } = payload;
  if (!isId(sub) || !isId(account) || !isId(sid) || !isId(jti)) return undefined;
  return {
    caller: { accountId: account, userId: sub },
    loginId: sid,
    tokenId: jti,
    clientId: String(clientId),
    kid: String(protectedHeader.kid),
    expiresAt: Number(exp) * 1000,
  };
}

const isId = (value: unknown): value is string => typeof value === 'string' && isGuid(value);
