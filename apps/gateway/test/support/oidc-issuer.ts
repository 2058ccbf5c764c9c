import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import Provider, { type Adapter, type Configuration } from 'oidc-provider';

const audience = 'qflow-comms';
const resource = 'urn:qflow:comms';

const away: RequestListener = (_request, response) => void response.writeHead(503).end();

/** JWTs need no memory; the provider's own is one it warns of. */
class Forgetful implements Adapter {
  upsert = (): Promise<void> => Promise.resolve();
  find = (): Promise<undefined> => Promise.resolve(undefined);
  findByUserCode = this.find;
  findByUid = this.find;
  consume = this.upsert;
  destroy = this.upsert;
  revokeByGrantId = this.upsert;
}

/** An OpenID provider (the npm package oidc-provider) whose keys can be changed, and that can go away. */
export class OidcIssuer {
  readonly audience = audience;
  private provider: RequestListener = away;
  private answer: RequestListener = away;
  private key: { kid: string; privateKey: CryptoKey } | undefined;
  /** What the next access token says. */
  private claims: Record<string, unknown> = {};

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    server.on('request', (request, response) => this.answer(request, response));
  }

  /** It listens, and answers 503 until {@link useKey}. */
  static async start(): Promise<OidcIssuer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OidcIssuer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Signs with a new key from now on; the key before it is gone from the key set. */
  async useKey(kid: string, alg = 'ES256'): Promise<void> {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk: JWK = { ...(await exportJWK(privateKey)), kid, use: 'sig', alg };
    const provider = new Provider(this.url, this.configuration(jwk, alg));
    const answer = provider.callback();
    this.provider = (request, response) => void answer(request, response);
    this.comeBack();
    this.key = { kid, privateKey };
  }

  /** Answers 503 to everything, until {@link comeBack}. */
  goAway(): void {
    this.answer = away;
  }

  comeBack(): void {
    this.answer = this.provider;
  }

  /** An access token from its token endpoint. */
  async token(claims: Record<string, unknown>): Promise<string> {
    this.claims = claims;
    const form = { grant_type: 'client_credentials', client_id: 'robot', client_secret: 'secret', resource };
    const response = await fetch(`${this.url}/token`, { method: 'POST', body: new URLSearchParams(form) });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (!token) throw new Error(`the issuer answers ${response.status}`);
    return token;
  }

  /** A token that the issuer would not make, signed with its key. */
  sign(
    change: (jwt: SignJWT) => SignJWT,
    header: { alg?: string; typ?: string; kid?: string } = {},
  ): Promise<string> {
    if (!this.key) throw new Error('the issuer has no key yet');
    const jwt = new SignJWT({ email: 'ada@example.com' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: this.key.kid, ...header })
      .setIssuer(this.url)
      .setAudience(audience)
      .setSubject('robot')
      .setIssuedAt()
      .setExpirationTime('1h');
    return change(jwt).sign(this.key.privateKey);
  }

  private configuration(jwk: JWK, alg: string): Configuration {
    return {
      adapter: Forgetful,
      jwks: { keys: [jwk] },
      clients: [
        {
          client_id: 'robot',
          client_secret: 'secret',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
          id_token_signed_response_alg: alg as 'ES256',
        },
      ],
      ttl: { ClientCredentials: 3600 },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: 'api',
            audience,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: alg as 'ES256' } },
          }),
        },
      },
      extraTokenClaims: () => this.claims,
    };
  }
}
