import { Body, Controller, Delete, Get, HttpCode, Inject, Put, UseGuards } from '@nestjs/common';
import { JsonBodyGuard } from '../api/json-body.guard.js';
import { type FaultSettings, readFaultSettings } from './fault-rates.js';
import { Faults } from './faults.js';
import { FaultRules } from './rules/fault-rules.js';

/** Switches faults on and off while the sandbox runs. */
@Controller('faults')
@UseGuards(JsonBodyGuard)
export class FaultsController {
  constructor(
    @Inject(Faults) private readonly faults: Faults,
    @Inject(FaultRules) private readonly rules: FaultRules,
  ) {}

  @Get()
  show(): FaultSettings {
    return this.faults.current();
  }

  @Put()
  set(@Body() body: unknown): FaultSettings {
    this.faults.set(readFaultSettings(body, this.faults.current().seed));
    this.rules.restart(this.faults.current().seed);
    return this.faults.current();
  }

  /** Everything works again: no rate, no rule. */
  @Delete()
  @HttpCode(204)
  clear(): void {
    this.faults.clear();
    this.rules.clear();
  }
}
