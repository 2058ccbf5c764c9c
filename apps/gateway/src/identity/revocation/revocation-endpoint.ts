import { Inject, Injectable } from '@nestjs/common';
import OAuth2Server from '@node-oauth/oauth2-server';
import { sqlOf, type Sql } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import type { TokenErrorBody } from '../../problem/token-error.js';
import { AccessTokens } from '../access-tokens.js';
import { ClientAuthentication } from '../client-authentication.js';
import { refusalOf, type OAuthAnswer, type OAuthRequest } from '../oauth-answer.js';
import { refreshTokenHash } from '../refresh-tokens.js';
import { readForm } from '../token-form.js';
import { LoginRevocations } from './login-revocations.js';
import { revokeAccessToken, revokeLoginOf, type Revocation } from './revoke-logins.js';

const { InvalidGrantError, InvalidRequestError } = OAuth2Server;

/** Token revocation (RFC 7009) without HTTP. */
@Injectable()
export class RevocationEndpoint {
  private readonly sql: Sql;

  constructor(
    @Inject(DataSource) dataSource: DataSource,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(LoginRevocations) private readonly revocations: LoginRevocations,
    @Inject(ClientAuthentication) private readonly clients: ClientAuthentication,
  ) {
    this.sql = sqlOf(dataSource);
  }

  /**
   * A refresh token ends its whole login, an access token only itself. A token nobody knows, or that holds no longer,
   * is answered like one that was revoked just now (RFC 7009 §2.2). `token_type_hint` is not needed: an access token
   * is a JWT, a refresh token is not.
   * @throws CodedError `rate_limit`, and what is no fault of the request
   */
  async handle(request: OAuthRequest): Promise<OAuthAnswer<TokenErrorBody | undefined>> {
    try {
      const form = readForm(request);
      const client = await this.clients.authenticate(request, form);
      if (!form.token) throw new InvalidRequestError('Missing parameter: `token`');
      const isJwt = form.token.includes('.');
      const ended = isJwt ? await this.endOne(form.token, client) : await this.endLogin(form.token, client);
      this.revocations.announce(ended);
      return { status: 200, headers: {}, body: undefined };
    } catch (error) {
      return refusalOf(error);
    }
  }

  private async endOne(token: string, client: string): Promise<Revocation[]> {
    const checked = await this.tokens.read(token);
    if (!checked) return [];
    requireSame(checked.clientId, client);
    return revokeAccessToken(this.sql, checked.tokenId, new Date(checked.expiresAt));
  }

  private async endLogin(token: string, client: string): Promise<Revocation[]> {
    const hash = refreshTokenHash(token);
    const [family] = await this.sql<{ clientId: string }>(
      `SELECT f.client_id AS "clientId" FROM refresh_tokens t JOIN token_families f ON f.id = t.family
        WHERE t.hash = $1`,
      [hash],
    );
    if (!family) return [];
    requireSame(family.clientId, client);
    return revokeLoginOf(this.sql, hash);
  }
}

/** RFC 7009 §2.1: the request is refused and the client is told; the code is the one RFC 6749 §5.2 has for it. */
function requireSame(owner: string, client: string): void {
  if (owner !== client) throw new InvalidGrantError('Invalid grant: the token was issued to another client');
}
