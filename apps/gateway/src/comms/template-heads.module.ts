import { Module } from '@nestjs/common';
import { TemplateHeads } from './template-heads.js';

/** Of its own, because creating a guest needs it as well as sending to one. */
@Module({ providers: [TemplateHeads], exports: [TemplateHeads] })
export class TemplateHeadsModule {}
