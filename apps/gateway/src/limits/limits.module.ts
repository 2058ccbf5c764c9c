import { Global, Module } from '@nestjs/common';
import { Budgets } from './budgets.js';
import { RateLimits } from './rate-limits.js';

/** Global, because a guard of every account's controller asks for them. */
@Global()
@Module({ providers: [Budgets, RateLimits], exports: [Budgets, RateLimits] })
export class LimitsModule {}
