import { Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { sqlOf } from '@qflow/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { listChanges } from '../admin/audit.js';
import { ApiPage, linkNext, pageOf } from '../paging/page.js';
import { ValidQuery } from '../validation/valid-query.js';
import { AuditQuery, AuditView } from './audit.dto.js';
import { OperatorController } from './operator-controller.js';

@OperatorController('audit')
export class AuditController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get()
  @ApiOperation({
    operationId: 'listAudit',
    summary: 'What operators have changed',
    description: 'Newest first: through this API and with `qflow-admin`.',
  })
  @ApiPage({ description: 'Changes.', type: [AuditView] })
  async list(
    @ValidQuery(AuditQuery) query: AuditQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditView[]> {
    const { items, next } = await listChanges(sqlOf(this.dataSource), query.subject, pageOf(query));
    linkNext(request, reply, next);
    return items;
  }
}
