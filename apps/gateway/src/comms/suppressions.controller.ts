import { Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { deleteSuppression, listSuppressions } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms } from '../identity/routes.js';
import { ApiPage, linkNext, pageOf } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { DeleteSuppression, Suppression, SuppressionDeleted, SuppressionsQuery } from './suppression.dto.js';

@AccountController('Suppressions', 'comms', 'api/comms', 'comms/v1/api/comms')
export class SuppressionsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get('suppressions')
  @RequiresComms()
  @ApiOperation({
    operationId: 'listSuppressions',
    summary: 'List the addresses that get no e-mail from you',
    description:
      'Newest first. An address comes here when a send to it bounces, is dropped as invalid, or is reported as spam or unsubscribed from. A recipient who has unsubscribed leaves it by subscribing again.',
  })
  @ApiPage({ description: 'Addresses.', type: [Suppression] })
  @Problems('validation_error')
  async list(
    @Caller() { accountId }: Caller,
    @ValidQuery(SuppressionsQuery) query: SuppressionsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Suppression[]> {
    const { items, next } = await this.rpc.ask(listSuppressions, {
      accountId,
      email: query.email ?? null,
      ...pageOf(query),
    });
    linkNext(request, reply, next);
    return items;
  }

  @Post('suppression/delete')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'deleteSuppression',
    summary: 'Allow e-mail to an address again',
    description: [
      'What its earlier sends ended as no longer stands in the way of new ones; a new bounce or complaint puts the',
      'address back. The mail provider keeps a list of its own: while that still has the address, a new send ends as',
      '`dropped`, and its `error` says so.',
    ].join(' '),
  })
  @ApiOkResponse({ description: 'The address is on the list no more.', type: SuppressionDeleted })
  @Problems('validation_error', 'not_found', 'payload_too_large', 'unsupported_media_type')
  delete(
    @Caller() { accountId }: Caller,
    @ValidBody(DeleteSuppression) { email }: DeleteSuppression,
  ): Promise<SuppressionDeleted> {
    return this.rpc.ask(deleteSuppression, { accountId, email });
  }
}
