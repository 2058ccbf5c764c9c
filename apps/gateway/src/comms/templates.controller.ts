import { Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  CodedError,
  deleteTemplate,
  getTemplate,
  listTemplateVersions,
  previewTemplate,
  viewTemplateVersion,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Events } from '../directory/events.js';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms, RequiresSending } from '../identity/routes.js';
import { Limited } from '../limits/limited.js';
import { ApiPage, linkNext, PageQuery, pageOf } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { DescribeNumberParam, NumberParam } from '../validation/number-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { allTemplates } from './all-templates.js';
import {
  checkTemplate,
  DeleteTemplate,
  SavedTemplate,
  SaveTemplate,
  TemplateDeleted,
  TemplatesQuery,
  TemplateView,
} from './template.dto.js';
import { TemplateHeads } from './template-heads.js';
import { TemplateMerge } from './template-merge.js';
import {
  checkPreview,
  PreviewTemplate,
  TemplatePreview,
  TestCopy,
  TestTemplate,
} from './template-preview.dto.js';
import { TemplateSaving } from './template-saving.js';
import { TemplateTestCopy } from './template-test-copy.js';
import { TemplateVersionSummary } from './template-versions.dto.js';

const ofTemplate = 'One of your templates.';

@AccountController('Templates', 'comms', 'api/comms', 'comms/v1/api/comms')
export class TemplatesController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Events) private readonly events: Events,
    @Inject(TemplateHeads) private readonly heads: TemplateHeads,
    @Inject(TemplateMerge) private readonly merge: TemplateMerge,
    @Inject(TemplateSaving) private readonly saving: TemplateSaving,
    @Inject(TemplateTestCopy) private readonly copies: TemplateTestCopy,
  ) {}

  @Get('templates')
  @RequiresComms()
  @ApiOperation({
    operationId: 'listTemplates',
    summary: 'List the templates of an event, newest first',
    description: [
      'Also tells whether the Comms API is enabled for you: 200 or 403. All of them, unless that is more than 16 MB of',
      'HTML; the rest is at the `Link` then.',
    ].join(' '),
  })
  @ApiPage({ description: 'The newest version of each.', type: [TemplateView] })
  @Problems('validation_error', 'not_found')
  async list(
    @Caller() { accountId }: Caller,
    @ValidQuery(TemplatesQuery) { eventId, after }: TemplatesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TemplateView[]> {
    await this.events.require(accountId, eventId);
    const { items, next } = await allTemplates(this.rpc, accountId, eventId, after ?? null);
    linkNext(request, reply, next);
    return items;
  }

  @Post('template')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'saveTemplate',
    summary: 'Create or update a template',
    description: [
      'Versions are immutable: a send in flight keeps the version it was asked for with. Saving what is there already',
      'makes no new version. Every URL of the HTML is checked; an unsafe one is a 422.',
    ].join(' '),
  })
  @ApiOkResponse({ description: 'The template as it is stored.', type: SavedTemplate })
  @Problems(
    'validation_error',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
    'spam_check_failed',
  )
  async save(
    @Caller() { accountId }: Caller,
    @MintedIds() ids: NewIds,
    @ValidBody(SaveTemplate, checkTemplate) template: SaveTemplate,
  ): Promise<SavedTemplate> {
    await this.events.require(accountId, template.eventId);
    return this.saving.save(accountId, { ...template, id: template.id ?? ids.next() });
  }

  @Post('template/delete')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'deleteTemplate',
    summary: 'Delete a template',
    description: 'E-mails that were asked for before are still sent. The id cannot be used again.',
  })
  @ApiOkResponse({ description: 'It is gone.', type: TemplateDeleted })
  @Problems('validation_error', 'not_found', 'payload_too_large', 'unsupported_media_type')
  delete(
    @Caller() { accountId }: Caller,
    @ValidBody(DeleteTemplate) { id }: DeleteTemplate,
  ): Promise<TemplateDeleted> {
    return this.rpc.ask(deleteTemplate, { accountId, templateId: id });
  }

  @Delete('template/:id')
  @RequiresComms()
  @ApiOperation({ operationId: 'deleteTemplateById', summary: 'Delete a template: the same by its address' })
  @DescribeGuidParam('id', ofTemplate)
  @ApiOkResponse({ description: 'It is gone.', type: TemplateDeleted })
  @Problems('validation_error', 'not_found')
  deleteById(@Caller() { accountId }: Caller, @GuidParam('id') templateId: string): Promise<TemplateDeleted> {
    return this.rpc.ask(deleteTemplate, { accountId, templateId });
  }

  @Get('template/:id')
  @RequiresComms()
  @ApiOperation({ operationId: 'getTemplate', summary: 'Get a template' })
  @DescribeGuidParam('id', ofTemplate)
  @ApiOkResponse({ description: 'The newest version.', type: TemplateView })
  @Problems('validation_error', 'not_found')
  async get(@Caller() { accountId }: Caller, @GuidParam('id') templateId: string): Promise<TemplateView> {
    const template = await this.rpc.ask(getTemplate, { accountId, templateId });
    if (!template) throw new CodedError('not_found', 'The template does not exist.');
    return template;
  }

  @Get('template/:id/versions')
  @RequiresComms()
  @ApiOperation({
    operationId: 'listTemplateVersions',
    summary: 'List the versions of a template, newest first',
  })
  @DescribeGuidParam('id', ofTemplate)
  @ApiPage({ description: 'Without their HTML.', type: [TemplateVersionSummary] })
  @Problems('validation_error', 'not_found')
  async versions(
    @Caller() { accountId }: Caller,
    @GuidParam('id') templateId: string,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TemplateVersionSummary[]> {
    const page = await this.rpc.ask(listTemplateVersions, { accountId, templateId, ...pageOf(query) });
    linkNext(request, reply, page.next);
    return page.items;
  }

  @Get('template/:id/versions/:version')
  @RequiresComms()
  @ApiOperation({
    operationId: 'getTemplateVersion',
    summary: 'Get one version of a template, as it was when it was the newest',
  })
  @DescribeGuidParam('id', ofTemplate)
  @DescribeNumberParam('version', 'Counted from 1.')
  @ApiOkResponse({ description: 'The version, whole.', type: TemplateView })
  @Problems('validation_error', 'not_found')
  version(
    @Caller() { accountId }: Caller,
    @GuidParam('id') templateId: string,
    @NumberParam('version') version: number,
  ): Promise<TemplateView> {
    return this.rpc.ask(viewTemplateVersion, { accountId, templateId, version });
  }

  @Post('template/:id/preview')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'previewTemplate',
    summary: 'Show the e-mail that a template would be',
    description: [
      'By the renderer that sends, byte for byte, for one of your guests or for made-up data; `{}` shows a guest who',
      'has everything. The RSVP links lead to a page that says so: trying them answers for nobody.',
    ].join(' '),
  })
  @DescribeGuidParam('id', ofTemplate)
  @ApiOkResponse({ description: 'The e-mail.', type: TemplatePreview })
  @Problems(
    'validation_error',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
    'template_event_mismatch',
  )
  async preview(
    @Caller() { accountId }: Caller,
    @GuidParam('id') templateId: string,
    @ValidBody(PreviewTemplate, checkPreview) wanted: PreviewTemplate,
  ): Promise<TemplatePreview> {
    const { eventId } = await this.heads.fresh(accountId, templateId);
    const merge = await this.merge.of(accountId, eventId, wanted);
    return this.rpc.ask(previewTemplate, { accountId, templateId, version: wanted.version ?? null, merge });
  }

  @Post('template/:id/test')
  @HttpCode(200)
  @RequiresSending()
  @Limited('send')
  @ApiOperation({
    operationId: 'sendTestCopy',
    summary: 'Send a copy to yourself',
    description: [
      'The e-mail that a preview with the same body shows goes to the address of your user, unmarked. It is a send of',
      'its own, with a status and webhooks, and touches no guest.',
    ].join(' '),
  })
  @DescribeGuidParam('id', ofTemplate)
  @ApiOkResponse({ description: 'The copy is on its way.', type: TestCopy })
  @Problems(
    'validation_error',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
    'template_event_mismatch',
    'previous_send_permanently_failed',
  )
  test(
    @Caller() caller: Caller,
    @MintedIds() ids: NewIds,
    @GuidParam('id') templateId: string,
    @ValidBody(TestTemplate, checkPreview) test: TestTemplate,
  ): Promise<TestCopy> {
    return this.copies.send(caller, templateId, test, ids);
  }
}
