import { Delete, Get, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { sqlOf } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { AccountController } from '../identity/routes.js';
import { ApiPage, linkNext, pageOf, PageQuery } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { ApiKeys } from './api-keys.js';
import { createApiKey } from './create-key.js';
import { ApiKeyDeleted, ApiKeyView, ApiKeyWithSecret, checkExpiry, CreateApiKey } from './key.dto.js';
import { listApiKeys } from './list-keys.js';
import { revokeApiKey } from './revoke-key.js';

/** Keys are managed with the token of a login: one key that leaked must not make others. */
@AccountController('API keys', 'login', 'api/keys', 'comms/v1/api/keys')
export class KeysController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ApiKeys) private readonly keys: ApiKeys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Create an API key',
    description:
      'A bearer for servers that should hold no password. It opens what its scopes name, of what the account itself may do; no API key opens this route.',
  })
  @ApiOkResponse({ description: 'The key, which is shown this once.', type: ApiKeyWithSecret })
  async create(
    @Caller() { accountId, userId }: Caller,
    @ValidBody(CreateApiKey, checkExpiry) { name, scopes, expiresAt }: CreateApiKey,
    @MintedIds() ids: NewIds,
  ): Promise<ApiKeyWithSecret> {
    const id = ids.next();
    const key = { id, accountId, userId, name, scopes, expiresAt: expiresAt ?? null };
    const made = await createApiKey(sqlOf(this.dataSource), key);
    this.logger.info({ accountId, userId, keyId: id, scopes, expiresAt }, 'an API key was created');
    return made;
  }

  @Get()
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'List your API keys',
    description: 'Newest first, also those that have expired. The keys themselves are never shown again.',
  })
  @ApiPage({ description: 'API keys.', type: [ApiKeyView] })
  async list(
    @Caller() { accountId }: Caller,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyView[]> {
    const { items, next } = await listApiKeys(sqlOf(this.dataSource), accountId, pageOf(query));
    linkNext(request, reply, next);
    return items;
  }

  @Delete(':id')
  @ApiOperation({
    operationId: 'deleteApiKey',
    summary: 'Revoke an API key',
    description: 'It ends within seconds, and for good.',
  })
  @DescribeGuidParam('id', 'The API key.')
  @ApiOkResponse({ description: 'The key holds no longer.', type: ApiKeyDeleted })
  @Problems('not_found')
  async delete(@Caller() { accountId, userId }: Caller, @GuidParam('id') id: string): Promise<ApiKeyDeleted> {
    this.keys.revoked([await revokeApiKey(sqlOf(this.dataSource), accountId, id)]);
    this.logger.info({ accountId, userId, keyId: id }, 'an API key was revoked');
    return { deleted: true };
  }
}
