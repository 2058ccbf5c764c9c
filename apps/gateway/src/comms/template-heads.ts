import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  changeSubjects,
  CodedError,
  findTemplate,
  type TemplateChanged,
  type TemplateHead,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { LRUCache } from 'lru-cache';
import { cacheMs } from '../config.js';

const keyOf = ({ accountId, templateId }: TemplateChanged): string => `${accountId}/${templateId}`;

/**
 * Which event a template belongs to and what its newest version is. Forgotten when the templates service announces
 * a change, and by age where the announcement was lost.
 */
@Injectable()
export class TemplateHeads implements OnModuleInit {
  private readonly cache = new LRUCache<string, TemplateHead, TemplateChanged>({
    max: 10_000,
    ttl: cacheMs,
    // A change announced while the answer is under way only means that it is not kept.
    ignoreFetchAbort: true,
    fetchMethod: async (_key, _stale, { context }) =>
      (await this.rpc.ask(findTemplate, context)) ?? undefined,
  });

  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  onModuleInit(): void {
    this.rpc.listen<TemplateChanged>(changeSubjects.template, (change) => this.cache.delete(keyOf(change)));
  }

  /** @throws CodedError `not_found`, also for another account's template; `unavailable` where nobody answers */
  async require(accountId: string, templateId: string): Promise<TemplateHead> {
    const asked = { accountId, templateId };
    const head = await this.cache.fetch(keyOf(asked), { context: asked });
    if (!head) throw new CodedError('not_found', 'The template does not exist.');
    return head;
  }
}
