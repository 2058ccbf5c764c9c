import { Inject, Injectable } from '@nestjs/common';
import { CodedError, sendTestCopy } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import type { Caller } from '../identity/caller.js';
import type { NewIds } from '../idempotency/new-ids.js';
import { TemplateHeads } from './template-heads.js';
import { TemplateMerge } from './template-merge.js';
import type { TestCopy, TestTemplate } from './template-preview.dto.js';

/** Sends its author the very e-mail that a preview with the same data shows: no mark is added to it. */
@Injectable()
export class TemplateTestCopy {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(TemplateHeads) private readonly templates: TemplateHeads,
    @Inject(TemplateMerge) private readonly merge: TemplateMerge,
  ) {}

  /**
   * @throws CodedError `not_found` (template, version, attendee), `template_event_mismatch`,
   * `previous_send_permanently_failed` (the caller's address is on the suppression list)
   */
  async send(
    { accountId, userId }: Caller,
    templateId: string,
    test: TestTemplate,
    ids: NewIds,
  ): Promise<TestCopy> {
    const template = await this.templates.fresh(accountId, templateId);
    const merge = await this.merge.of(accountId, template.eventId, test);
    // There are no gaps between versions.
    const templateVersion = test.version ?? template.version;
    if (templateVersion > template.version)
      throw new CodedError('not_found', 'The template does not exist, or has no such version.');
    const recipient = await this.addressOf(accountId, userId);
    const { attendeeInvitationId, status } = await this.rpc.ask(sendTestCopy, {
      accountId,
      requestId: test.id ?? ids.next(),
      eventId: template.eventId,
      templateId,
      templateVersion,
      recipient,
      merge,
    });
    return { attendeeInvitationId, status, recipient };
  }

  private async addressOf(accountId: string, userId: string): Promise<string> {
    const [user] = await sqlOf(this.dataSource)<{ email: string }>(
      'SELECT email FROM users WHERE account_id = $1 AND id = $2',
      [accountId, userId],
    );
    if (!user) throw new CodedError('not_found', 'The user of this credential does not exist any more.');
    return user.email;
  }
}
