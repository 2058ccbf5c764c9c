import { Injectable } from '@nestjs/common';
import { getTemplateVersion, type TemplateVersion } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { parseTemplate, type CompiledTemplate } from '@qflow/rendering';
import { LRUCache } from 'lru-cache';

export interface ReadyTemplate {
  version: TemplateVersion;
  compiled: CompiledTemplate;
}

/** Compiled versions kept; one is some ten times the size of its HTML. */
const maxTemplates = 500;

/**
 * Template versions, compiled once. A version never changes, so nothing here grows stale; asking for one that is
 * being fetched waits for the same answer.
 */
@Injectable()
export class CompiledTemplates {
  private readonly cache = new LRUCache<string, Promise<ReadyTemplate | null>>({ max: maxTemplates });

  constructor(private readonly rpc: RpcClient) {}

  /**
   * @returns null where the version does not exist
   * @throws CodedError `unavailable` while the templates service does not answer; Error where the stored version does
   *   not compile
   */
  get(accountId: string, templateId: string, version: number): Promise<ReadyTemplate | null> {
    const key = `${accountId}/${templateId}/${version}`;
    const known = this.cache.get(key);
    if (known) return known;
    const fetched = this.fetch(accountId, templateId, version);
    this.cache.set(key, fetched);
    // A failure, or a version that is not there yet, is asked for again next time.
    fetched.then(
      (found) => found ?? this.cache.delete(key),
      () => this.cache.delete(key),
    );
    return fetched;
  }

  private async fetch(accountId: string, templateId: string, version: number): Promise<ReadyTemplate | null> {
    const found = await this.rpc.ask(getTemplateVersion, { accountId, templateId, version });
    if (!found) return null;
    const parsed = parseTemplate(found);
    if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('; '));
    return { version: found, compiled: parsed.template };
  }
}
