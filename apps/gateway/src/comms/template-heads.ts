import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  changeSubjects,
  CodedError,
  findTemplate,
  type TemplateChanged,
  type TemplateHead,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { FreshCache } from '../caching/fresh-cache.js';

/**
 * Which event a template belongs to and what its newest version is. Forgotten when the templates service announces
 * a change, and by age where the announcement was lost.
 */
@Injectable()
export class TemplateHeads implements OnModuleInit {
  private readonly cache = new FreshCache<TemplateHead, TemplateChanged>(
    ({ accountId, templateId }) => `${accountId}/${templateId}`,
    (asked) => this.rpc.ask(findTemplate, asked),
  );

  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  onModuleInit(): void {
    this.rpc.listen<TemplateChanged>(changeSubjects.template, (change) => this.cache.forget(change));
  }

  /** @throws CodedError `not_found`, also for another account's template; `unavailable` where nobody answers */
  async require(accountId: string, templateId: string): Promise<TemplateHead> {
    return existing(await this.cache.get({ accountId, templateId }));
  }

  /** The same, asked anew: for what is rare and follows a change at once, such as a preview after a save. */
  async fresh(accountId: string, templateId: string): Promise<TemplateHead> {
    return existing(await this.rpc.ask(findTemplate, { accountId, templateId }));
  }
}

function existing(head: TemplateHead | null | undefined): TemplateHead {
  if (!head) throw new CodedError('not_found', 'The template does not exist.');
  return head;
}
