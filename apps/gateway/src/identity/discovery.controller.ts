import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { JWK } from 'jose';
import { Problems } from '../problem/problems.js';
import { tokenEndpointPath } from '../problem/token-error.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { AccessTokens } from './access-tokens.js';
import { grants, scopes } from './oauth-model.js';
import { signingAlgorithm, SigningKeys } from './signing-keys.js';

const wellKnown = 'core/.well-known';

/** Lets other services check our tokens: OpenID Connect Discovery 1.0 §3 and RFC 7517. */
@Controller(wellKnown)
@ApiTags('Authentication')
@Problems('server_error', 'unavailable')
export class DiscoveryController {
  constructor(
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'PUBLIC_URL'>,
  ) {}

  @Get('openid-configuration')
  @Header('Cache-Control', 'public, max-age=300')
  @ApiOperation({ operationId: 'discover', summary: 'Where the issuer answers and what it can do' })
  @ApiOkResponse({
    description: 'A JSON document.',
    schema: { type: 'object', properties: { issuer: { type: 'string' } }, required: ['issuer'] },
  })
  configuration(): Record<string, unknown> {
    return {
      issuer: this.tokens.issuer,
      token_endpoint: `${this.config.PUBLIC_URL}${tokenEndpointPath}`,
      jwks_uri: `${this.config.PUBLIC_URL}/${wellKnown}/jwks`,
      grant_types_supported: grants,
      scopes_supported: scopes,
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [signingAlgorithm],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    };
  }

  @Get('jwks')
  @Header('Cache-Control', 'public, max-age=300')
  @ApiOperation({
    operationId: 'listSigningKeys',
    summary: 'The public keys that access tokens are signed with',
  })
  @ApiOkResponse({
    description: 'A JSON document.',
    schema: {
      type: 'object',
      properties: { keys: { type: 'array', items: { type: 'object', additionalProperties: true } } },
      required: ['keys'],
    },
  })
  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: await this.keys.published() };
  }
}
