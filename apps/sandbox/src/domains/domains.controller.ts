import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { SendGridError } from '../api/sendgrid-error.js';
import type { AuthenticatedDomain } from './authenticated-domain.js';
import { Domains, type ValidationResult } from './domains.js';
import { readNewDomain } from './read-new-domain.js';

/**
 * `/v3/whitelabel/domains`.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/domain-authentication
 */
@Controller('v3/whitelabel/domains')
export class DomainsController {
  constructor(@Inject(Domains) private readonly domains: Domains) {}

  @Post()
  @HttpCode(201)
  create(@Body() body: unknown): AuthenticatedDomain {
    return this.domains.create(readNewDomain(body));
  }

  @Get()
  list(@Query() query: Record<string, unknown>): AuthenticatedDomain[] {
    const { domain = '' } = query;
    if (typeof domain !== 'string') throw wrongParameter('domain');
    return this.domains.list({
      domain,
      limit: numberOf(query, 'limit', 50),
      offset: numberOf(query, 'offset', 0),
    });
  }

  @Get(':id')
  show(@Param('id') id: string): AuthenticatedDomain {
    return this.domains.require(Number(id));
  }

  @Post(':id/validate')
  @HttpCode(200)
  validate(@Param('id') id: string): ValidationResult {
    return this.domains.validate(Number(id));
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@Param('id') id: string): void {
    this.domains.delete(Number(id));
  }
}

function numberOf(query: Record<string, unknown>, name: string, missing: number): number {
  const value = query[name];
  if (value === undefined) return missing;
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value)) throw wrongParameter(name);
  return Number(value);
}

const wrongParameter = (field: string): SendGridError =>
  new SendGridError(400, [{ message: `${field} is not valid`, field, help: null }]);
