import { Delete, Get, Inject, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { ProviderName } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { changeProviders, providersOf } from '../admin/account-providers.js';
import { requireUser } from '../admin/users.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { Changes } from './changes.js';
import { OperatorController } from './operator-controller.js';
import { Actor } from './operator.js';
import { ProvidersView, PutProviders } from './providers.dto.js';

const providersNow = { description: "The account's providers as they are now.", type: ProvidersView };

/** Through whom the account of a user sends; the sender keeps it. */
@OperatorController('users')
export class ProvidersController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Get(':id/providers')
  @ApiOperation({
    operationId: 'getProviders',
    summary: "Through which e-mail providers a user's account sends",
  })
  @DescribeGuidParam('id', 'The user.')
  @ApiOkResponse(providersNow)
  @Problems('not_found')
  async get(@GuidParam('id') id: string): Promise<ProvidersView> {
    return providersOf(this.rpc, await requireUser(sqlOf(this.dataSource), id));
  }

  @Put(':id/providers')
  @ApiOperation({
    operationId: 'putProviders',
    summary: "Choose the e-mail providers of a user's account",
    description:
      'Takes effect within five seconds. An e-mail whose outcome is unknown stays with the provider that may have it.',
  })
  @DescribeGuidParam('id', 'The user.')
  @ApiOkResponse(providersNow)
  @Problems('not_found')
  put(
    @Actor() actor: string,
    @GuidParam('id') id: string,
    @ValidBody(PutProviders) { providers }: PutProviders,
  ): Promise<ProvidersView> {
    return this.change(actor, id, providers);
  }

  @Delete(':id/providers')
  @ApiOperation({
    operationId: 'deleteProviders',
    summary: "Go back to the installation's e-mail providers",
    description:
      'Takes effect within five seconds. Where the account has no list of its own, nothing changes.',
  })
  @DescribeGuidParam('id', 'The user.')
  @ApiOkResponse(providersNow)
  @Problems('not_found')
  delete(@Actor() actor: string, @GuidParam('id') id: string): Promise<ProvidersView> {
    return this.change(actor, id, null);
  }

  private change(actor: string, id: string, providers: ProviderName[] | null): Promise<ProvidersView> {
    return this.changes.make(actor, async (change) =>
      changeProviders(change, this.rpc, await requireUser(change.sql, id), providers),
    );
  }
}
