import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AllowedMethods } from './allowed-methods.js';
import { ProblemFilter } from './problem.filter.js';

@Global()
@Module({
  providers: [AllowedMethods, { provide: APP_FILTER, useClass: ProblemFilter }],
  exports: [AllowedMethods],
})
export class ProblemModule {}
