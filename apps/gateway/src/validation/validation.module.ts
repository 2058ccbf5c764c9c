import { Global, Module } from '@nestjs/common';
import { Validators } from './validators.js';

@Global()
@Module({ providers: [Validators], exports: [Validators] })
export class ValidationModule {}
