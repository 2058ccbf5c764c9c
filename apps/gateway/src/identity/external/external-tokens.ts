import { Inject, Injectable } from '@nestjs/common';
import { sqlOf } from '@qflow/persistence';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { cacheMs, GATEWAY_CONFIG, type GatewayConfig } from '../../config.js';
import type { Caller } from '../caller.js';
import type { TokenVerifier } from '../token-verifier.js';
import { Unauthorized } from '../unauthorized.js';
import { findClaimedUser } from './find-claimed-user.js';
import { IssuerKeys } from './issuer-keys.js';

/** Only signatures of a private key: with a shared secret, whoever can check a token can make one (RFC 8725 §3.1). */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** RFC 9068 §2.1, and what issuers wrote before it; ID tokens have an audience of their own. */
const tokenTypes = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];

/** `email_verified` of OpenID Connect Core 1.0 §5.1, which some issuers leave out and some write as a text. */
const mayBeVerified: unknown[] = [undefined, true, 'true'];

/** Between the issuer's clock and ours. */
const clockToleranceSeconds = 5;

type IssuerConfig = Pick<GatewayConfig, 'OIDC_ISSUER' | 'OIDC_AUDIENCE' | 'OIDC_ACCOUNT_CLAIM'>;

/**
 * Access tokens of the issuer that `OIDC_ISSUER` names. A token is checked and its user looked up once in
 * {@link cacheMs}: a user who was disabled, moved or deleted is out within seconds.
 */
@Injectable()
export class ExternalTokens implements TokenVerifier {
  private readonly keys: IssuerKeys | undefined;
  private readonly checked = new LRUCache<string, Caller>({ max: 10_000 });

  constructor(
    @Inject(GATEWAY_CONFIG) private readonly config: IssuerConfig,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {
    if (config.OIDC_ISSUER !== undefined) this.keys = new IssuerKeys(config.OIDC_ISSUER);
  }

  known(token: string): Caller | undefined {
    return this.checked.get(token);
  }

  async verify(token: string): Promise<Caller> {
    const payload = await this.payloadOf(token);
    const claim = this.claimOf(payload);
    const user = await findClaimedUser(sqlOf(this.dataSource), this.config.OIDC_ACCOUNT_CLAIM, claim);
    if (!user) throw Unauthorized.invalid('The access token belongs to nobody who has an account here.');
    const caller = { accountId: user.accountId, userId: user.id };
    const left = Number(payload.exp) * 1000 - Date.now();
    if (left >= 1) this.checked.set(token, caller, { ttl: Math.min(cacheMs, Math.floor(left)) });
    return caller;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    if (!this.keys) throw new Error('there is no external issuer');
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.keys.find, {
        issuer: this.config.OIDC_ISSUER as string,
        audience: this.config.OIDC_AUDIENCE as string,
        algorithms,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['exp'],
      });
      if (!tokenTypes.includes(protectedHeader.typ?.toLowerCase()))
        throw Unauthorized.invalid('The token is not an access token.');
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw Unauthorized.invalid('The access token has expired.');
      if (error instanceof errors.JOSEError) throw Unauthorized.invalid('The access token is not valid.');
      throw error;
    }
  }

  private claimOf(payload: JWTPayload): string {
    const { OIDC_ACCOUNT_CLAIM: name } = this.config;
    const value = payload[name];
    if (typeof value !== 'string' || value === '' || value.includes('\0'))
      throw Unauthorized.invalid(`The access token has no usable claim ${name}.`);
    // Whoever may register with an address of somebody else would be that somebody here.
    if (name === 'email' && !mayBeVerified.includes(payload.email_verified))
      throw Unauthorized.invalid('The e-mail address in the access token is not verified.');
    return value;
  }
}
