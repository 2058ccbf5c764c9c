import { applyDecorators, Controller, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EmbeddedIssuerGuard } from './embedded-issuer.guard.js';
import type { OAuthAnswer, OAuthRequest } from './oauth-answer.js';
import { RevocationEndpoint } from './revocation/revocation-endpoint.js';
import { TokenEndpoint } from './token-endpoint.js';
import { RevocationForm, TokenError, TokenForm, TokenResponse } from './token.dto.js';

const RefusalResponse = (
  status: number,
  description: string,
  error: string,
  error_description: string,
): MethodDecorator =>
  ApiResponse({ status, description, type: TokenError, example: { error, error_description } });

/** What both endpoints can answer in the form of RFC 6749 §5.2, besides their own 400. */
const RefusalResponses = (): MethodDecorator =>
  applyDecorators(
    RefusalResponse(401, '`invalid_client`', 'invalid_client', 'Invalid client: client is invalid'),
    RefusalResponse(
      404,
      '`invalid_request`: the tokens of this server come from another issuer',
      'invalid_request',
      'This server issues no tokens. Get one from https://login.example.com.',
    ),
    RefusalResponse(
      413,
      '`invalid_request`: the body is too large',
      'invalid_request',
      'The request body is larger than the 1024 KB this server accepts.',
    ),
    RefusalResponse(
      429,
      '`slow_down`: too many wrong credentials before this request; see `Retry-After`',
      'slow_down',
      'Too many wrong credentials for this user name or from this address. Try again in 12 s.',
    ),
    RefusalResponse(
      500,
      '`server_error`',
      'server_error',
      'Something went wrong on our side. The request is safe to retry.',
    ),
    RefusalResponse(
      503,
      '`temporarily_unavailable`: see `Retry-After`',
      'temporarily_unavailable',
      'A service this request needs does not answer. Try again shortly.',
    ),
  );

@Controller('core/connect')
@UseGuards(EmbeddedIssuerGuard)
@ApiTags('Authentication')
export class TokenController {
  constructor(
    @Inject(TokenEndpoint) private readonly tokens: TokenEndpoint,
    @Inject(RevocationEndpoint) private readonly revocations: RevocationEndpoint,
  ) {}

  @Post('token')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'issueToken',
    summary: 'Get an access token',
    description:
      'Grants `password` and `refresh_token` (RFC 6749). A refresh token works once; using a spent one again ends the login: all its refresh tokens and access tokens. After five wrong passwords a user name and an address have to wait, be the next password right or wrong.',
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: TokenForm })
  @ApiOkResponse({ description: 'The tokens.', type: TokenResponse })
  @RefusalResponse(
    400,
    '`invalid_request`, `invalid_grant`, `invalid_scope`, `unsupported_grant_type`',
    'invalid_grant',
    'Invalid grant: user credentials are invalid',
  )
  @RefusalResponses()
  async token(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return send(reply, await this.tokens.handle(oauthRequest(request)));
  }

  @Post('revocation')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'revokeToken',
    summary: 'Log out: end a token before it expires',
    description:
      'RFC 7009. A refresh token ends its login with all its tokens, an access token only itself; within seconds, on every server. Tokens that are unknown or expired are answered with 200 as well.',
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: RevocationForm })
  @ApiOkResponse({ description: 'The token holds no longer. There is no body.' })
  @RefusalResponse(
    400,
    '`invalid_request`, or `invalid_grant`: the token was issued to another client',
    'invalid_grant',
    'Invalid grant: the token was issued to another client',
  )
  @RefusalResponses()
  async revoke(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return send(reply, await this.revocations.handle(oauthRequest(request)));
  }
}

const oauthRequest = ({ headers, body, ip }: FastifyRequest): OAuthRequest => ({
  headers: headers as OAuthRequest['headers'],
  body,
  ip,
});

/** RFC 6749 §5.1: tokens must not be kept by anything on the way. */
function send<Body>(reply: FastifyReply, { status, headers, body }: OAuthAnswer<Body>): Body {
  void reply.code(status).headers({ ...headers, 'Cache-Control': 'no-store', Pragma: 'no-cache' });
  return body;
}
