import { Inject, Injectable } from '@nestjs/common';
import OAuth2Server from '@node-oauth/oauth2-server';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { accessTokenSeconds, GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import type { TokenErrorBody } from '../problem/token-error.js';
import { AccessTokens } from './access-tokens.js';
import { oauthModel } from './oauth-model.js';
import { readTokenForm } from './token-form.js';

/** RFC 6749 §5.1. */
export interface TokenGrant {
  access_token: string;
  token_type: 'Bearer';
  /** Seconds. */
  expires_in: number;
  /** Only with the scope `offline_access`. */
  refresh_token?: string;
  scope: string;
}

export interface TokenAnswer {
  status: number;
  headers: Record<string, string>;
  body: TokenGrant | TokenErrorBody;
}

export interface TokenRequest {
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

const daySeconds = 24 * 60 * 60;

/** The token endpoint without HTTP: a request in, an answer of RFC 6749 out. */
@Injectable()
export class TokenEndpoint {
  private readonly server: OAuth2Server;

  constructor(
    @Inject(DataSource) dataSource: DataSource,
    @Inject(AccessTokens) tokens: AccessTokens,
    @Inject(GATEWAY_CONFIG) config: Pick<GatewayConfig, 'REFRESH_TOKEN_DAYS'>,
  ) {
    this.server = new OAuth2Server({
      // The library's types also ask for what only its own bearer check would use.
      model: oauthModel(sqlOf(dataSource), tokens) as unknown as OAuth2Server.PasswordModel,
      accessTokenLifetime: accessTokenSeconds,
      refreshTokenLifetime: config.REFRESH_TOKEN_DAYS * daySeconds,
    });
  }

  /** Throws only what is no fault of the request, such as a database that is away. */
  async handle({ method, headers, body }: TokenRequest): Promise<TokenAnswer> {
    try {
      const request = new OAuth2Server.Request({ method, headers, query: {}, body: formOf(headers, body) });
      const token = await this.server.token(request, new OAuth2Server.Response());
      return { status: 200, headers: {}, body: grantOf(token) };
    } catch (error) {
      if (!(error instanceof OAuth2Server.OAuthError)) throw error;
      // What the library did not expect it wraps as its own server error.
      if (error instanceof OAuth2Server.ServerError) throw unwrapped(error);
      return refusalOf(error, headers);
    }
  }
}

function unwrapped(error: OAuth2Server.ServerError): Error {
  const { inner } = error as { inner?: unknown };
  return inner instanceof Error ? inner : error;
}

/** Other media types reach the library as they are: it answers them itself. */
function formOf(headers: Record<string, string>, body: unknown): unknown {
  return headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded')
    ? readTokenForm(body)
    : {};
}

function grantOf({ accessToken, refreshToken, scope }: OAuth2Server.Token): TokenGrant {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: accessTokenSeconds,
    ...(refreshToken && { refresh_token: refreshToken }),
    scope: (scope ?? []).join(' '),
  };
}

/** RFC 6749 §5.2: a client that failed to authenticate gets 401, with a challenge where it used a header. */
function refusalOf(error: OAuth2Server.OAuthError, headers: Record<string, string>): TokenAnswer {
  const isClient = error instanceof OAuth2Server.InvalidClientError;
  return {
    status: isClient ? 401 : error.code,
    headers: isClient && headers.authorization ? { 'WWW-Authenticate': 'Basic realm="qflow"' } : {},
    body: { error: error.name, error_description: error.message },
  };
}
