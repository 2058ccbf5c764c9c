import { Global, Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { ApiKeys } from './api-keys.js';
import { KeysController } from './keys.controller.js';
import { LastUsed } from './last-used.js';
import { OperatorKeys } from './operator-keys.js';

/** Global because the bearer guard of every route asks it. */
@Global()
@Module({
  imports: [IdentityModule],
  controllers: [KeysController],
  providers: [ApiKeys, OperatorKeys, LastUsed],
  exports: [ApiKeys, OperatorKeys],
})
export class ApiKeysModule {}
