import { Global, Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-keys.js';

/** Global, because a guard of every account's POST asks for it. */
@Global()
@Module({ providers: [IdempotencyKeys], exports: [IdempotencyKeys] })
export class IdempotencyModule {}
