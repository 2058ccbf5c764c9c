import { Get, HttpCode, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { sqlOf } from '@qflow/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import {
  changeEnterprise,
  createEnterprise,
  listEnterprises,
  requireEnterprise,
} from '../admin/enterprises.js';
import { ApiPage, linkNext, pageOf, PageQuery } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { Changes } from './changes.js';
import { ChangeEnterprise, CreateEnterprise, EnterpriseView } from './enterprise.dto.js';
import { OperatorController } from './operator-controller.js';
import { Actor } from './operator.js';
import { checkSomething } from './user.dto.js';

@OperatorController('enterprises')
export class EnterprisesController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ operationId: 'createEnterprise', summary: 'Create an enterprise' })
  @ApiOkResponse({ description: 'The enterprise.', type: EnterpriseView })
  @Problems('already_exists')
  create(
    @Actor() actor: string,
    @ValidBody(CreateEnterprise) body: CreateEnterprise,
  ): Promise<EnterpriseView> {
    const { pin, name, commsEnabled = false, trust = 'unverified' } = body;
    return this.changes.make(actor, (change) => createEnterprise(change, { pin, name, commsEnabled, trust }));
  }

  @Get()
  @ApiOperation({
    operationId: 'listEnterprises',
    summary: 'List enterprises',
    description: 'In the order of their pins.',
  })
  @ApiPage({ description: 'Enterprises.', type: [EnterpriseView] })
  async list(
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EnterpriseView[]> {
    const { items, next } = await listEnterprises(sqlOf(this.dataSource), pageOf(query));
    linkNext(request, reply, next);
    return items;
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getEnterprise', summary: 'Get an enterprise' })
  @DescribeGuidParam('id', 'The enterprise.')
  @ApiOkResponse({ description: 'The enterprise.', type: EnterpriseView })
  @Problems('not_found')
  get(@GuidParam('id') id: string): Promise<EnterpriseView> {
    return requireEnterprise(sqlOf(this.dataSource), id);
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'changeEnterprise',
    summary: 'Grant or revoke rights of an enterprise, or rename it',
    description:
      'What is left out stays. Rights hold for all its users and take effect within five seconds; what users were granted of their own they keep.',
  })
  @DescribeGuidParam('id', 'The enterprise.')
  @ApiOkResponse({ description: 'The enterprise as it is now.', type: EnterpriseView })
  @Problems('not_found')
  change(
    @Actor() actor: string,
    @GuidParam('id') id: string,
    @ValidBody(ChangeEnterprise, checkSomething) values: ChangeEnterprise,
  ): Promise<EnterpriseView> {
    return this.changes.make(actor, (change) => changeEnterprise(change, id, values));
  }
}
