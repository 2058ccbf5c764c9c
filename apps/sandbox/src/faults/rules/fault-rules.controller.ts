import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { JsonBodyGuard } from '../../api/json-body.guard.js';
import { Faults } from '../faults.js';
import type { DescribedRule } from './fault-rule.js';
import { FaultRules } from './fault-rules.js';
import { readFaultRule } from './read-fault-rule.js';

/** Faults for certain mail, beside the rates that are for all of it. */
@Controller('faults/rules')
@UseGuards(JsonBodyGuard)
export class FaultRulesController {
  constructor(
    @Inject(FaultRules) private readonly rules: FaultRules,
    @Inject(Faults) private readonly faults: Faults,
  ) {}

  @Get()
  list(): { rules: DescribedRule[] } {
    return { rules: this.rules.list() };
  }

  @Post()
  @HttpCode(201)
  add(@Body() body: unknown): DescribedRule {
    return this.rules.add(readFaultRule(body), this.faults.current().seed);
  }

  @Get(':id')
  show(@Param('id') id: string): DescribedRule {
    return this.rules.get(id);
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@Param('id') id: string): void {
    this.rules.delete(id);
  }

  @Delete()
  @HttpCode(204)
  clear(): void {
    this.rules.clear();
  }
}
