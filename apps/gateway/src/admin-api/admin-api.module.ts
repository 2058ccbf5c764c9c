import { Module } from '@nestjs/common';
import { BearerGuard } from '../identity/bearer.guard.js';
import { IdentityModule } from '../identity/identity.module.js';
import { AuditController } from './audit.controller.js';
import { Changes } from './changes.js';
import { ClientsController } from './clients.controller.js';
import { EnterprisesController } from './enterprises.controller.js';
import { ProvidersController } from './providers.controller.js';
import { UsersController } from './users.controller.js';

@Module({
  imports: [IdentityModule],
  controllers: [
    UsersController,
    ProvidersController,
    EnterprisesController,
    ClientsController,
    AuditController,
  ],
  providers: [Changes, BearerGuard],
})
export class AdminApiModule {}
