import { Module } from '@nestjs/common';
import { TemplatesController } from './templates/templates.controller.js';

/** Templates and their immutable versions. */
@Module({ controllers: [TemplatesController] })
export class AppModule {}
