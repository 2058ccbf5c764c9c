import { Module } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { AccessTokens } from './access-tokens.js';
import { AccountAccess } from './account-access.js';
import { ClientAuthentication } from './client-authentication.js';
import { DiscoveryController } from './discovery.controller.js';
import { ExternalTokens } from './external/external-tokens.js';
import { GuessLimiter } from './guessing/guess-limiter.js';
import { PasswordLogin } from './password-login.js';
import { LoginRevocations } from './revocation/login-revocations.js';
import { RevocationEndpoint } from './revocation/revocation-endpoint.js';
import { SigningKeys } from './signing/signing-keys.js';
import { TokenController } from './token.controller.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  controllers: [TokenController, DiscoveryController],
  providers: [
    SigningKeys,
    LoginRevocations,
    AccessTokens,
    ExternalTokens,
    AccountAccess,
    GuessLimiter,
    PasswordLogin,
    ClientAuthentication,
    TokenEndpoint,
    RevocationEndpoint,
    {
      provide: TokenVerifier,
      inject: [GATEWAY_CONFIG, AccessTokens, ExternalTokens],
      useFactory: (config: GatewayConfig, own: AccessTokens, external: ExternalTokens): TokenVerifier =>
        config.OIDC_ISSUER === undefined ? own : external,
    },
  ],
  exports: [AccessTokens, AccountAccess, LoginRevocations, TokenVerifier],
})
export class IdentityModule {}
