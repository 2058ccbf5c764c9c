import { Module } from '@nestjs/common';
import { AccessTokens } from './access-tokens.js';
import { AccountAccess } from './account-access.js';
import { DiscoveryController } from './discovery.controller.js';
import { SigningKeys } from './signing-keys.js';
import { TokenController } from './token.controller.js';
import { TokenEndpoint } from './token-endpoint.js';

@Module({
  controllers: [TokenController, DiscoveryController],
  providers: [SigningKeys, AccessTokens, AccountAccess, TokenEndpoint],
  exports: [AccessTokens, AccountAccess],
})
export class IdentityModule {}
