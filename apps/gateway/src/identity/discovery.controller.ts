import { Controller, Get, Header, Inject, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { JWK } from 'jose';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { Problems } from '../problem/problems.js';
import { revocationEndpointPath, tokenEndpointPath } from '../problem/token-error.js';
import { AccessTokens } from './access-tokens.js';
import { KeySet, ServerMetadata } from './discovery.dto.js';
import { EmbeddedIssuerGuard } from './embedded-issuer.guard.js';
import { grants, scopes } from './oauth-model.js';
import { signingAlgorithm, SigningKeys } from './signing/signing-keys.js';

const wellKnown = 'core/.well-known';

/** A new signing key is published for longer than this before it signs, see `publishAheadSeconds`. */
const cacheable = 'public, max-age=300';

const clientAuthentication = ['client_secret_post', 'client_secret_basic'];

/** Lets other services check our tokens: OpenID Connect Discovery 1.0 §3, RFC 8414 and RFC 7517. */
@Controller()
@UseGuards(EmbeddedIssuerGuard)
@ApiTags('Authentication')
@Problems('not_found', 'server_error', 'unavailable')
export class DiscoveryController {
  constructor(
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'PUBLIC_URL'>,
  ) {}

  @Get(`${wellKnown}/openid-configuration`)
  @Header('Cache-Control', cacheable)
  @ApiOperation({ operationId: 'discover', summary: 'Where the issuer answers and what it can do' })
  @ApiOkResponse({ description: 'OpenID Provider Metadata.', type: ServerMetadata })
  configuration(): ServerMetadata {
    const { PUBLIC_URL: base } = this.config;
    return {
      issuer: this.tokens.issuer,
      token_endpoint: `${base}${tokenEndpointPath}`,
      revocation_endpoint: `${base}${revocationEndpointPath}`,
      jwks_uri: `${base}/${wellKnown}/jwks`,
      grant_types_supported: grants,
      scopes_supported: scopes,
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [signingAlgorithm],
      token_endpoint_auth_methods_supported: clientAuthentication,
      revocation_endpoint_auth_methods_supported: clientAuthentication,
    };
  }

  /** RFC 8414 §3.1 puts the well-known part before the path of the issuer. */
  @Get('.well-known/oauth-authorization-server/core')
  @Header('Cache-Control', cacheable)
  @ApiOperation({
    operationId: 'discoverAuthorizationServer',
    summary: 'The same, where OAuth 2.0 clients look for it',
  })
  @ApiOkResponse({ description: 'Authorization Server Metadata (RFC 8414).', type: ServerMetadata })
  authorizationServer(): ServerMetadata {
    return this.configuration();
  }

  @Get(`${wellKnown}/jwks`)
  @Header('Cache-Control', cacheable)
  @ApiOperation({
    operationId: 'listSigningKeys',
    summary: 'The public keys that access tokens are signed with',
    description:
      'Holds the next key for a quarter of an hour before it signs, and old ones until their last token has expired. Keep it for as long as `Cache-Control` says, and fetch it again when you meet a `kid` that is not in it.',
  })
  @ApiOkResponse({ description: 'A JSON Web Key Set (RFC 7517).', type: KeySet })
  jwks(): { keys: JWK[] } {
    return { keys: this.keys.published() };
  }
}
