import { Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { invalidField } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import type { Change } from '../admin/change.js';
import {
  createClient,
  deleteClient,
  listClients,
  mintSecret,
  putClient,
  type Client,
} from '../admin/clients.js';
import { ApiPage, linkNext, pageOf, PageQuery } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { clientId, follows } from '../validation/text-rules.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { Changes } from './changes.js';
import {
  checkSecret,
  ClientDeleted,
  ClientView,
  ClientWithSecret,
  CreateClient,
  PutClient,
} from './client.dto.js';
import { OperatorController } from './operator-controller.js';
import { Actor } from './operator.js';

const DescribeClientParam = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    description: "The client's id.",
    schema: { type: 'string', pattern: clientId.pattern },
    example: 'shop',
  });

@OperatorController('clients')
export class ClientsController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'createClient',
    summary: 'Create an OAuth client',
    description: 'A program that asks for tokens on behalf of users.',
  })
  @ApiOkResponse({ description: 'The client.', type: ClientWithSecret })
  @Problems('already_exists')
  create(
    @Actor() actor: string,
    @ValidBody(CreateClient, checkSecret) { clientId: id, clientSecret }: CreateClient,
  ): Promise<ClientWithSecret> {
    return this.store(actor, clientSecret, (change, secret) => createClient(change, id, secret));
  }

  @Get()
  @ApiOperation({
    operationId: 'listClients',
    summary: 'List OAuth clients',
    description: 'In the order of their ids. Secrets are never shown again.',
  })
  @ApiPage({ description: 'OAuth clients.', type: [ClientView] })
  async list(
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientView[]> {
    const { items, next } = await listClients(sqlOf(this.dataSource), pageOf(query));
    linkNext(request, reply, next);
    return items;
  }

  @Put(':id')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'putClient',
    summary: 'Create an OAuth client, or replace its secret',
    description: 'The old secret stops at once. Logins made through the client go on with the new one.',
  })
  @DescribeClientParam()
  @ApiOkResponse({ description: 'The client.', type: ClientWithSecret })
  put(
    @Actor() actor: string,
    @Param('id') id: string,
    @ValidBody(PutClient, checkSecret) { clientSecret }: PutClient,
  ): Promise<ClientWithSecret> {
    if (!follows(clientId, id)) throw invalidField('/id', clientId.message);
    return this.store(actor, clientSecret, (change, secret) => putClient(change, id, secret));
  }

  @Delete(':id')
  @ApiOperation({
    operationId: 'deleteClient',
    summary: 'Delete an OAuth client',
    description: 'Ends every login that was made through it.',
  })
  @DescribeClientParam()
  @ApiOkResponse({ description: 'The client is gone.', type: ClientDeleted })
  @Problems('not_found')
  async delete(@Actor() actor: string, @Param('id') id: string): Promise<ClientDeleted> {
    if (!follows(clientId, id)) throw invalidField('/id', clientId.message);
    await this.changes.make(actor, (change) => deleteClient(change, id));
    return { deleted: true };
  }

  /** A secret the operator has chosen is not sent back. */
  private async store(
    actor: string,
    chosen: string | undefined,
    work: (change: Change, secret: string) => Promise<Client>,
  ): Promise<ClientWithSecret> {
    const secret = chosen ?? mintSecret();
    const client = await this.changes.make(actor, (change) => work(change, secret));
    const { clientId: id, created } = client;
    return { clientId: id, created, ...(chosen === undefined && { clientSecret: secret }) };
  }
}
