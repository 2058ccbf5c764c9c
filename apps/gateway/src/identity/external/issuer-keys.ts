import { CodedError } from '@qflow/contracts';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** A new key of the issuer is accepted this soon, and forged key ids ask it no more often. */
const keyCooldownMs = 5_000;
/** A key the issuer has withdrawn is refused this soon. */
const keyCacheMs = 600_000;
/** How long the discovery document is taken for what it said. */
const documentCacheMs = 600_000;
/** After a failure nobody is asked for this long, so that requests do not queue at a dead issuer. */
const failureMs = 2_000;
const timeoutMs = 5_000;

/** The issuer cannot be asked, or what it says of itself makes no sense. Why is for the operator's log alone. */
export class IssuerAway extends CodedError {
  constructor(reason: string, cause?: unknown) {
    super('unavailable', 'The identity provider of this server does not answer. Try again shortly.', {
      retryAfter: 5,
    });
    this.cause = new Error(`the OIDC issuer cannot be used: ${reason}`, { cause });
  }
}

/** OpenID Connect Discovery 1.0 §4.1. */
export const discoveryUrlOf = (issuer: string): string =>
  `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;

/** The keys of an external issuer, found by OpenID Connect Discovery 1.0 §4 when the first token arrives. */
export class IssuerKeys {
  private readonly document: URL;
  private keys: JWTVerifyGetKey | undefined;
  private keysUri: string | undefined;
  private discovery: Promise<void> | undefined;
  private askAgainAt = 0;
  private failure: IssuerAway | undefined;

  constructor(private readonly issuer: string) {
    this.document = new URL(discoveryUrlOf(issuer));
  }

  /**
   * The key a token is signed with; of the form that `jwtVerify` of jose takes.
   * @throws IssuerAway
   * @throws JOSEError where the issuer has no such key
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.remoteKeys();
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      if (error instanceof errors.JOSENotSupported) throw error;
      throw new IssuerAway(`the key set at ${this.keysUri} cannot be used`, error);
    }
  };

  /** A document that is known serves on while the issuer does not answer. */
  private async remoteKeys(): Promise<JWTVerifyGetKey> {
    if (Date.now() >= this.askAgainAt) {
      this.discovery ??= this.discover().finally(() => (this.discovery = undefined));
      await this.discovery;
    }
    if (this.keys) return this.keys;
    throw this.failure ?? new IssuerAway('it was never asked');
  }

  private async discover(): Promise<void> {
    try {
      const keysUri = await this.readDocument();
      if (keysUri !== this.keysUri)
        this.keys = createRemoteJWKSet(new URL(keysUri), {
          cooldownDuration: keyCooldownMs,
          cacheMaxAge: keyCacheMs,
          timeoutDuration: timeoutMs,
        });
      this.keysUri = keysUri;
      this.askAgainAt = Date.now() + documentCacheMs;
    } catch (error) {
      this.failure =
        error instanceof IssuerAway ? error : new IssuerAway(`${this.document.href} does not answer`, error);
      this.askAgainAt = Date.now() + failureMs;
    }
  }

  /** @returns its `jwks_uri` */
  private async readDocument(): Promise<string> {
    const response = await fetch(this.document, {
      headers: { Accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new IssuerAway(`${this.document.href} answers ${response.status}`);
    const { issuer, jwks_uri: keysUri } = (await response.json()) as Record<string, unknown>;
    if (issuer !== this.issuer)
      throw new IssuerAway(
        `${this.document.href} is of the issuer ${String(issuer)}, OIDC_ISSUER is ${this.issuer}`,
      );
    if (typeof keysUri !== 'string' || !this.mayHoldKeys(keysUri))
      throw new IssuerAway(`${this.document.href} has no usable jwks_uri`);
    return keysUri;
  }

  /** An issuer on https must not have its keys fetched in the clear. */
  private mayHoldKeys(uri: string): boolean {
    if (!URL.canParse(uri)) return false;
    const { protocol } = new URL(uri);
    return protocol === 'https:' || (protocol === 'http:' && this.document.protocol === 'http:');
  }
}
