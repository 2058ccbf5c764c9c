import { Inject, Injectable } from '@nestjs/common';
import OAuth2Server from '@node-oauth/oauth2-server';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { accessTokenSeconds, GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import type { TokenErrorBody } from '../problem/token-error.js';
import { AccessTokens } from './access-tokens.js';
import { ClientAuthentication } from './client-authentication.js';
import { refusalOf, type OAuthAnswer, type OAuthRequest } from './oauth-answer.js';
import { oauthModel, sealText } from './oauth-model.js';
import { PasswordLogin } from './password-login.js';
import { LoginRevocations } from './revocation/login-revocations.js';
import { readTokenForm, type OAuthForm } from './token-form.js';

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

export type TokenAnswer = OAuthAnswer<TokenGrant | TokenErrorBody>;

const daySeconds = 24 * 60 * 60;

/** The token endpoint without HTTP: a request in, an answer of RFC 6749 out. */
@Injectable()
export class TokenEndpoint {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(PasswordLogin) private readonly logins: PasswordLogin,
    @Inject(LoginRevocations) private readonly revocations: LoginRevocations,
    @Inject(ClientAuthentication) private readonly clients: ClientAuthentication,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'REFRESH_TOKEN_DAYS'>,
  ) {}

  /**
   * @throws CodedError `rate_limit` and `unavailable`, and otherwise only what is no fault of the request, such as a
   * database that is away
   */
  async handle(request: OAuthRequest): Promise<TokenAnswer> {
    try {
      const form = readTokenForm(request);
      const client = await this.clients.authenticate(request, form);
      return { status: 200, headers: {}, body: await this.grant(form, client, request.ip) };
    } catch (error) {
      return refusalOf(error);
    }
  }

  private async grant(form: OAuthForm, client: string, ip: string): Promise<TokenGrant> {
    const server = new OAuth2Server({
      // The library's types also ask for what only its own bearer check would use.
      model: oauthModel({
        sql: sqlOf(this.dataSource),
        tokens: this.tokens,
        logins: this.logins,
        revocations: this.revocations,
        client: { id: client },
        ip,
      }) as unknown as OAuth2Server.PasswordModel,
      accessTokenLifetime: accessTokenSeconds,
      refreshTokenLifetime: this.config.REFRESH_TOKEN_DAYS * daySeconds,
    });
    return grantOf(await server.token(libraryRequest(form, client), new OAuth2Server.Response()));
  }
}

/** The request as the library is to see it: one that has been read, of a client that has been authenticated. */
function libraryRequest(form: OAuthForm, client: string): OAuth2Server.Request {
  const { username, password } = form;
  const body = {
    ...form,
    client_id: client,
    client_secret: 'checked',
    ...(username && { username: sealText(username) }),
    ...(password && { password: sealText(password) }),
  };
  // It looks at the length before it believes the type.
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' };
  return new OAuth2Server.Request({ method: 'POST', headers, query: {}, body });
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
