import { Module, type DynamicModule } from '@nestjs/common';
import type { TemplatesConfig } from './config.js';
import { SafetyModule } from './safety/safety.module.js';
import { CompiledVersions } from './templates/compiled-versions.js';
import { TemplateChanges } from './templates/template-changes.js';
import { TemplatesController } from './templates/templates.controller.js';

/** Templates and their immutable versions. */
@Module({ controllers: [TemplatesController], providers: [TemplateChanges, CompiledVersions] })
export class AppModule {
  static register(config: TemplatesConfig): DynamicModule {
    return { module: AppModule, imports: [SafetyModule.register(config)] };
  }
}
