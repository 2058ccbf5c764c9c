import { Controller, Delete, Get, HttpCode, Inject } from '@nestjs/common';
import type { AuthenticatedDomain } from './authenticated-domain.js';
import { Domains } from './domains.js';

/** The authenticated domains over REST, for tests that assert on them; asks for no key. */
@Controller('domains')
export class DomainStateController {
  constructor(@Inject(Domains) private readonly domains: Domains) {}

  @Get()
  list(): { domains: AuthenticatedDomain[] } {
    return { domains: this.domains.list({ domain: '', limit: Infinity, offset: 0 }) };
  }

  @Delete()
  @HttpCode(204)
  reset(): void {
    this.domains.reset();
  }
}
