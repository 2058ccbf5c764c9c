import { Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { saveTemplate } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { Events } from '../directory/events.js';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms } from '../identity/routes.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidQuery, GuidQuery } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { allTemplates } from './all-templates.js';
import { checkTemplate, SavedTemplate, SaveTemplate, TemplateView } from './template.dto.js';

@AccountController('Templates', 'comms', 'api/comms', 'comms/v1/api/comms')
export class TemplatesController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Events) private readonly events: Events,
  ) {}

  @Get('templates')
  @RequiresComms()
  @ApiOperation({
    operationId: 'listTemplates',
    summary: 'List the templates of an event, newest first',
    description: 'Also tells whether the Comms API is enabled for you: 200 or 403.',
  })
  @DescribeGuidQuery('eventId', 'One of your events.')
  @ApiOkResponse({ description: 'The newest version of each.', type: [TemplateView] })
  @Problems('validation_error', 'not_found')
  async list(
    @Caller() { accountId }: Caller,
    @GuidQuery('eventId') eventId: string,
  ): Promise<TemplateView[]> {
    await this.events.require(accountId, eventId);
    return allTemplates(this.rpc, accountId, eventId);
  }

  @Post('template')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'saveTemplate',
    summary: 'Create or update a template',
    description: 'Versions are immutable: a send in flight keeps the version it was asked for with.',
  })
  @ApiOkResponse({ description: 'The template as it is stored.', type: SavedTemplate })
  @Problems('validation_error', 'not_found', 'payload_too_large', 'unsupported_media_type')
  async save(
    @Caller() { accountId }: Caller,
    @ValidBody(SaveTemplate, checkTemplate) template: SaveTemplate,
  ): Promise<SavedTemplate> {
    await this.events.require(accountId, template.eventId);
    return this.rpc.ask(saveTemplate, { ...template, accountId });
  }
}
