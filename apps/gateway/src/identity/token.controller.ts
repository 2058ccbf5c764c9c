import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TokenEndpoint, type TokenAnswer } from './token-endpoint.js';
import { TokenError, TokenForm, TokenResponse } from './token.dto.js';

@Controller('core/connect')
@ApiTags('Authentication')
export class TokenController {
  constructor(@Inject(TokenEndpoint) private readonly endpoint: TokenEndpoint) {}

  @Post('token')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'issueToken',
    summary: 'Get an access token',
    description:
      'Grants `password` and `refresh_token` (RFC 6749). A refresh token works once; using a spent one again revokes all that descend from the same login.',
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: TokenForm })
  @ApiOkResponse({ description: 'The tokens.', type: TokenResponse })
  @ApiResponse({
    status: 400,
    type: TokenError,
    description: '`invalid_request`, `invalid_grant`, `invalid_scope`, `unsupported_grant_type`',
  })
  @ApiResponse({ status: 401, type: TokenError, description: '`invalid_client`' })
  @ApiResponse({ status: 413, type: TokenError, description: '`invalid_request`: the body is too large' })
  @ApiResponse({ status: 500, type: TokenError, description: '`server_error`' })
  @ApiResponse({ status: 503, type: TokenError, description: '`temporarily_unavailable`: see `Retry-After`' })
  async token(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenAnswer['body']> {
    const { status, headers, body } = await this.endpoint.handle({
      method: request.method,
      headers: request.headers as Record<string, string>,
      body: request.body,
    });
    // RFC 6749 §5.1: tokens must not be kept by anything on the way.
    void reply.code(status).headers({ ...headers, 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    return body;
  }
}
